// The hypergrid task: cells with known rewards and modes.
#pragma once

#include "src/tasks/task.hpp"

namespace fragflow {

// The options of [environment] with "hypergrid:", [reward.grid] and reward.beta.
std::unique_ptr<Task> make_grid_task(const EnvironmentConfig& environment,
                                     const RewardConfig& reward);

}  // namespace fragflow
