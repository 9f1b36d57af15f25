// The molecule task: trees of fragments, scored by components.
#pragma once

#include "src/tasks/task.hpp"

namespace fragflow {

// The options of [environment] with "fragment_tree:", and [reward] except [reward.grid].
std::unique_ptr<Task> make_molecule_task(const EnvironmentConfig& environment,
                                         const RewardConfig& reward);

}  // namespace fragflow
