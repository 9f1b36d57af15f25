// One training run in its folder: training loop, files, checkpoints and final output.
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
  std::filesystem::path init_from;  // run whose weights to start from; empty: none
  std::string command;              // as typed, for run.json
  bool quiet = false;
  StopToken stop;
  // The processes that share the steps: take_part() on all ranks except 0.
  Communicator* group = &single_process();
};

struct TrainingOutcome {
  std::int64_t steps = 0, trajectories = 0;
  bool finished = false;              // false: stopped; the folder can be resumed
  std::string stop_reason;            // of [stop], if the run ended before its last step
  std::vector<std::string> warnings;  // why nothing may have been learned (reward_watch.hpp)
  std::int64_t samples = 0;
  double mean_score = 0, unique_share = 0, top_100_mean = 0, log_z = 0;  // of samples.csv
};

// Trains until config.training.steps, a rule of [stop] or a requested stop, then writes
// samples.csv, top.sdf and report.html. A requested stop leaves a checkpoint; resuming is
// bit-identical. Throws UserError; the last good checkpoint is then kept.
TrainingOutcome train(const TrainingRequest& request);

}  // namespace fragflow
