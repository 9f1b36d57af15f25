// What goes together with scores from workers (reward components of type "pool").
#pragma once

#include "src/run/config.hpp"

namespace fragflow {

// Throws UserError, naming key and component, where a run would wait for ever for its own workers
// or where they would not find it: condition.preference (a front is drawn with a reward of its
// own), [dataset] and exploration.replay.file without scores and metrics.exact (scored before the
// run has a folder), and stages without pool.folder and pool.store.
void check_pools(const Config& config);

// Where workers and stored scores are, and how long they may take: what changes no score, so that a
// run may be resumed with other settings.
void take_pool_places(RewardConfig& reward, const RewardConfig& from);

}  // namespace fragflow
