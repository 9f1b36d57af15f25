// What the ranks of a run other than 0 do.
#pragma once

#include "src/run/training_run.hpp"

namespace fragflow {

// Takes its part in every step that rank 0 makes in train(); returns when that ends the loop.
void take_part(const TrainingRequest& request);

}  // namespace fragflow
