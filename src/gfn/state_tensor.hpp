// States as tensors in checkpoints.
#pragma once

#include <string>
#include <vector>

#include "envs/state.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

// One-dimensional, int64: for every state its number of nodes, whether it is stopped, and label,
// parent, parent_site, site of each node.
TensorData states_tensor(const std::vector<State>& states);
// Throws UserError, with `name`, if the tensor is malformed.
std::vector<State> states_of(const TensorData& tensor, const std::string& name);

}  // namespace fragflow
