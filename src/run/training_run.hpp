// One training run in its folder: the loop, its files, its checkpoints, its end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/run/experiment.hpp"
#include "src/run/run_folder.hpp"

namespace fragflow {

struct TrainingRequest {
  Config config;
  std::filesystem::path folder;
  ExistingRun existing = ExistingRun::kRefuse;
  std::filesystem::path init_from;  // run whose weights to start from; empty: fresh
  std::string command;              // as typed, for run.json
  bool quiet = false;
  StopToken stop;
  // Whom the steps are shared with: take_part() on all ranks but 0.
  Communicator* group = &single_process();
};

struct TrainingOutcome {
  std::int64_t steps = 0, trajectories = 0;
  bool finished = false;              // false: asked to stop; the folder can be resumed
  std::string stop_reason;            // of [stop], if the run ended before its last step
  std::vector<std::string> warnings;  // why the run may have learned nothing (reward_watch.hpp)
  std::int64_t samples = 0;
  double mean_score = 0, unique_share = 0, top_100_mean = 0, log_z = 0;  // of samples.csv
};

// Trains until config.training.steps, a rule of [stop] or until asked to stop, then writes
// samples.csv, top.sdf and report.html. A stop leaves a checkpoint; resuming continues to the same
// bits. Throws UserError; the last good checkpoint then stays.
TrainingOutcome train(const TrainingRequest& request);

}  // namespace fragflow
