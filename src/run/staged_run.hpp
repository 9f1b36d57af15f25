// A run with [[stage]]: training runs that follow each other, each from the weights of the one
// before. Every stage is a run of its own in a folder of its own (staged_folder.hpp); the folder
// above has the whole configuration, run.json with what the stages did, and the report.
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

// Trains what is left of the stages, in order; a stage that is finished is not touched again. A
// stop (TrainingOutcome::finished of the last entry is false) or a kill leaves a folder that
// resumes to the same bits. Before anything is written, throws UserError if a stage cannot be
// trained or needs another network than the first; when resuming, if the length of a stage has
// changed that another one has already started from.
std::vector<StageOutcome> train_stages(const TrainingRequest& request);

}  // namespace fragflow
