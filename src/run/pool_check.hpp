// Compatibility checks for scores from workers (reward components of type "pool").
#pragma once

#include "src/run/config.hpp"

namespace fragflow {

// Throws UserError, naming key and component, if a run would wait for ever for its own workers or
// they could not find it: condition.preference (a front is drawn with a separate reward), [dataset]
// and exploration.replay.file without scores and metrics.exact (scored before the run has a
// folder), and stages without pool.folder and pool.store.
void check_pools(const Config& config);

// Copies where workers and stored scores are, and their time limits: settings that change no score
// and may therefore differ on resuming.
void take_pool_places(RewardConfig& reward, const RewardConfig& from);

}  // namespace fragflow
