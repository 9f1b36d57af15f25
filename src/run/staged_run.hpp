// A run with [[stage]]: consecutive training runs, each from the weights of the previous one. Every
// stage is a complete run in its own folder (staged_folder.hpp); the parent folder holds the whole
// configuration, run.json with a summary of the stages, and the report.
#pragma once

#include <string>
#include <vector>

#include "src/run/training_run.hpp"

namespace fragflow {

struct StageOutcome {
  std::string label;             // "2 of 3 (refine)"
  std::filesystem::path folder;  // of the stage's run
  TrainingOutcome training;
};

// Trains the remaining stages, in order; finished stages are not touched. A stop
// (TrainingOutcome::finished of the last entry is false) or a kill leaves a folder that resumes
// bit-identically. Throws UserError, before writing anything, if a stage cannot be trained or needs
// a different network than the first; on resuming, if the length of a stage was changed from which
// another one has already started.
std::vector<StageOutcome> train_stages(const TrainingRequest& request);

}  // namespace fragflow
