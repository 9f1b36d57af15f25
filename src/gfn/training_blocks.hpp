// What training.blocks may be.
#pragma once

#include "src/gfn/training_config.hpp"

namespace fragflow {

// Throws UserError for more blocks than a batch has trajectories or fewer than `ranks` processes,
// and for blocks of an objective that is no sum over trajectories.
void check_blocks(const ObjectiveConfig& objective, const TrainingConfig& training, int ranks);

}  // namespace fragflow
