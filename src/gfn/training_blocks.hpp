// Checks of training.blocks.
#pragma once

#include "src/gfn/training_config.hpp"

namespace fragflow {

// Throws UserError if there are more blocks than trajectories in a batch or fewer than `ranks`
// processes, and for blocks of an objective that is not a sum over trajectories.
void check_blocks(const ObjectiveConfig& objective, const TrainingConfig& training, int ranks);

}  // namespace fragflow
