#include "src/app/run_checkpoint.hpp"

#include "src/base/check.hpp"
#include "src/base/format_tag.hpp"

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
  if (found == file.metadata.end()) return;  // of an earlier version
  const std::string here = environment_identity(*experiment.environment);
  if (found->second == here) return;
  user_error(
      "the checkpoint in '{}' was trained on other fragments: {}; environment.vocabulary and "
      "environment.start now give: {}",
      folder.string(), found->second, here);
}

TrainedRun load_run(const std::filesystem::path& folder, const ConditionChoice& choice) {
  const RunPaths paths = open_run(folder);
  const SafetensorsFile file = read_checkpoint(paths);
  const auto config = file.metadata.find("config");
  if (config == file.metadata.end()) {
    user_error("'{}' holds no configuration", paths.checkpoint().string());
  }
  Config settings = parse_config(
      config->second, "the configuration in '" + paths.checkpoint().string() + "'", folder);
  apply_choice(choice, folder.string(), settings);
  TrainedRun run;
  run.experiment = make_experiment(settings);
  check_environment(file, run.experiment, folder);
  run.learner = run.experiment.make_learner(Experiment::Use::kSample);
  run.learner->load_weights(file);
  return run;
}

}  // namespace fragflow
