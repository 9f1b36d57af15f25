// States in checkpoints.
#pragma once

#include <string>
#include <vector>

#include "envs/state.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

// [states, 2 + 4 * kMaxNodes] int64: number of nodes, stopped, and label, parent, parent_site, site
// of every node.
TensorData states_tensor(const std::vector<State>& states);
// Throws UserError, with `name`, for anything else.
std::vector<State> states_of(const TensorData& tensor, const std::string& name);

}  // namespace fragflow
