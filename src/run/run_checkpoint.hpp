// Reads the checkpoint of a run.
#pragma once

#include <filesystem>
#include <memory>

#include "src/base/safetensors.hpp"
#include "src/run/condition_choice.hpp"
#include "src/run/experiment.hpp"
#include "src/run/run_folder.hpp"

namespace fragflow {

inline constexpr const char* kCheckpointFormat = "fragflow checkpoint 2";

// Throws UserError if it is damaged (naming the previous one, if it exists) or of another format.
SafetensorsFile read_checkpoint(const RunPaths& paths);

// The configuration that the checkpoint of a run was trained with.
Config trained_config(const SafetensorsFile& file, const RunPaths& paths);

// Weights for other fragments, or another start, can have equal shapes. Throws UserError if the
// checkpoint of `folder` was trained on others than the experiment has.
void check_environment(const SafetensorsFile& file, const Experiment& experiment,
                       const std::filesystem::path& folder);

// The configuration of a run, from its checkpoint; warns if config.toml was edited.
Config run_config(const std::filesystem::path& folder);

// The experiment and the weights of a run, for sampling and evaluation.
struct TrainedRun {
  Experiment experiment;
  std::unique_ptr<Learner> learner;
};
// choice: the reward to use for samples, likelihoods and log R. Throws UserError if the run has not
// learned it.
TrainedRun load_run(const std::filesystem::path& folder, const ConditionChoice& choice = {});

}  // namespace fragflow
