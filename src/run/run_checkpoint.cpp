#include "src/run/run_checkpoint.hpp"

#include "src/base/check.hpp"
#include "src/base/format_tag.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/reward/component.hpp"
#include "src/tasks/task.hpp"

namespace fragflow {
namespace {

SafetensorsFile read_file_or_name_previous(const RunPaths& paths) {
  try {
    return read_safetensors(paths.checkpoint());
  } catch (const UserError& error) {
    if (!std::filesystem::exists(paths.previous_checkpoint())) throw;
    user_error(
        "{}; the checkpoint before it is kept as '{}': copy it over the damaged one and run "
        "the command again",
        error.what(), paths.previous_checkpoint().string());
  }
}

// Later edits of config.toml do not affect weights that are already trained.
void warn_of_edits(const RunPaths& paths, const Config& trained) {
  if (!std::filesystem::exists(paths.config())) return;
  try {
    const auto edits = changes_of_run(trained, load_config(paths.config()));
    if (edits.empty()) return;
    spdlog::warn("'{}' is not what the run was trained with, which is used: {}",
                 paths.config().string(), join(edits));
  } catch (const UserError& error) {
    spdlog::warn("{}; what the run was trained with is used", error.what());
  }
}

}  // namespace

SafetensorsFile read_checkpoint(const RunPaths& paths) {
  const std::filesystem::path path = paths.checkpoint();
  SafetensorsFile file = read_file_or_name_previous(paths);
  const auto format = file.metadata.find("format");
  require_format(format == file.metadata.end() ? "" : format->second, kCheckpointFormat,
                 "'" + path.string() + "'");
  return file;
}

void check_environment(const SafetensorsFile& file, const Experiment& experiment,
                       const std::filesystem::path& folder) {
  const auto found = file.metadata.find("environment");
  if (found == file.metadata.end()) return;  // written by an earlier version
  const std::string here = experiment.task->identity();
  if (found->second == here) return;
  user_error(
      "the checkpoint in '{}' was trained on other fragments or objects: {}; [environment] "
      "(environment.vocabulary, environment.start) now gives: {}",
      folder.string(), found->second, here);
}

Config trained_config(const SafetensorsFile& file, const RunPaths& paths) {
  const auto config = file.metadata.find("config");
  if (config == file.metadata.end()) {
    user_error("'{}' holds no configuration", paths.checkpoint().string());
  }
  Config trained = parse_config(
      config->second, "the configuration in '" + paths.checkpoint().string() + "'", paths.folder);
  // New configurations with such keys are refused; of a run they cannot be taken out.
  reset_unread_keys(trained.environment);
  for (ComponentConfig& component : trained.reward.components) reset_unread_keys(component);
  return trained;
}

Config run_config(const std::filesystem::path& folder) {
  const RunPaths paths = open_run(folder);
  Config config = trained_config(read_checkpoint(paths), paths);
  warn_of_edits(paths, config);
  return config;
}

TrainedRun load_run(const std::filesystem::path& folder, const ConditionChoice& choice) {
  const RunPaths paths = open_run(folder);
  const SafetensorsFile file = read_checkpoint(paths);
  Config settings = trained_config(file, paths);
  warn_of_edits(paths, settings);
  apply_choice(choice, folder.string(), settings);
  TrainedRun run;
  run.experiment = make_experiment(settings);
  check_environment(file, run.experiment, folder);
  run.experiment.reward().work_in({paths.folder, StopToken()});
  run.learner = run.experiment.make_learner(Experiment::Use::kSample);
  run.learner->load_weights(file);
  return run;
}

}  // namespace fragflow
