// The training loop of ranks other than 0.
#pragma once

#include "src/run/training_run.hpp"

namespace fragflow {

// Takes part in every step of rank 0's train(); returns when its loop ends.
void take_part(const TrainingRequest& request);

}  // namespace fragflow
