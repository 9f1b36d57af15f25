#include "src/run/compare_run.hpp"

#include "src/base/check.hpp"
#include "src/base/error_place.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/run/compare_report.hpp"
#include "src/run/training_run.hpp"

namespace fragflow {
namespace {

enum class RunState { kMissing, kStopped, kFinished };

RunState state_of(const ComparedRun& run) {
  const RunPaths paths(run.folder);
  if (!std::filesystem::exists(paths.checkpoint())) return RunState::kMissing;
  if (read_file(paths.config()) != print_config(run.config)) {
    user_error(
        "'{}' is of a run with other settings than the comparison now asks for; remove its folder, "
        "or choose another --out",
        paths.config().string());
  }
  if (!std::filesystem::exists(paths.metadata())) return RunState::kStopped;
  const auto json = nlohmann::json::parse(read_file(paths.metadata()), nullptr, false);
  const bool is_finished = json.is_object() && json.value("finished", false);
  return is_finished ? RunState::kFinished : RunState::kStopped;
}

// Returns false if it was stopped.
bool train_one(const ComparedRun& run, RunState state, const CompareRequest& request) {
  TrainingRequest training;
  training.config = run.config;
  training.folder = run.folder;
  training.existing = state == RunState::kStopped ? ExistingRun::kResume : ExistingRun::kRefuse;
  training.command = request.command;
  training.quiet = request.quiet;
  training.stop = request.stop;
  return train(training).finished;
}

}  // namespace

CompareOutcome run_comparison(const CompareRequest& request) {
  const std::vector<ComparedRun> runs = plan_comparison(request.config, request.folder);
  std::vector<RunState> states;
  for (const ComparedRun& run : runs) {
    // Finds incompatible settings before hours of work.
    name_place(fmt::format("'{}', method '{}'", request.config.file, run.method),
               [&] { make_experiment(run.config); });
    states.push_back(state_of(run));
  }
  std::filesystem::create_directories(request.folder);
  CompareOutcome outcome;
  outcome.runs = static_cast<std::int64_t>(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (states[i] != RunState::kFinished) {
      spdlog::info("run {} of {}: {}, seed {}", i + 1, runs.size(), runs[i].method, runs[i].seed);
      if (request.stop.stop_requested() || !train_one(runs[i], states[i], request)) return outcome;
    }
    ++outcome.finished_runs;
  }
  outcome.finished = true;
  outcome.results = write_comparison(request.config, runs, request.folder, request.command);
  return outcome;
}

}  // namespace fragflow
