// States in checkpoints.
#pragma once

#include <string>
#include <vector>

#include "envs/state.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

// One-dimensional, int64: of every state its number of nodes, whether it is stopped, and label,
// parent, parent_site, site of each of its nodes.
TensorData states_tensor(const std::vector<State>& states);
// Throws UserError, with `name`, for anything else.
std::vector<State> states_of(const TensorData& tensor, const std::string& name);

}  // namespace fragflow
