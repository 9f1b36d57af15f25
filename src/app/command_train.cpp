// fragflow train: a run from a configuration to a ranked batch of molecules.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/ranks/join_ranks.hpp"
#include "src/ranks/shared_components.hpp"
#include "src/run/shared_run.hpp"
#include "src/run/shared_steps.hpp"
#include "src/run/staged_folder.hpp"
#include "src/run/staged_run.hpp"
#include "src/run/training_run.hpp"

namespace fragflow {
namespace {

struct TrainArguments {
  std::string config, folder, init_from, start_from;
  std::vector<std::string> overrides;
  bool resume = false, overwrite = false;
};

// training.steps or [stop], of the run or with stages of a stage: stage.NAME.training.steps
bool sets_length(std::string_view assignment, bool has_stages) {
  if (has_stages) {
    if (!assignment.starts_with("stage.")) return false;
    assignment.remove_prefix(std::min(assignment.find('.', 6), assignment.size() - 1) + 1);
  }
  return assignment.starts_with("training.steps=") || assignment.starts_with("stop.");
}

// A resumed run keeps the configuration it was started with; only its length may change.
Config config_of(const TrainArguments& arguments, const GlobalOptions& global) {
  if (!arguments.resume) {
    if (arguments.config.empty()) user_error("train needs a configuration (TOML), or --resume");
    Config config = load_config(arguments.config, arguments.overrides);
    if (global.seed_given) config.seed = global.seed;
    return config;
  }
  const bool has_stages = holds_stages(arguments.folder);
  for (const std::string& assignment : arguments.overrides) {
    if (!sets_length(assignment, has_stages)) {
      user_error(
          "--resume continues a run as it was configured; only {}training.steps and {} can be "
          "set, not '{}' (use --init-from to start another run from its weights)",
          has_stages ? "stage.N." : "", has_stages ? "stage.N.stop" : "[stop]", assignment);
    }
  }
  if (global.seed_given) user_error("--resume keeps the seed of the run; leave --seed out");
  const RunPaths paths = has_stages ? RunPaths(arguments.folder) : open_run(arguments.folder);
  return load_config(paths.config(), arguments.overrides);
}

// For a run with stages: what this call trained.
void report_stages(const GlobalOptions& global, const TrainArguments& arguments,
                   const std::vector<StageOutcome>& stages) {
  nlohmann::ordered_json json;
  const bool finished = stages.empty() || stages.back().training.finished;
  const std::string report = (std::filesystem::path(arguments.folder) / "report.html").string();
  json["run"] = arguments.folder;
  json["finished"] = finished;
  json["stages"] = nlohmann::ordered_json::array();
  std::string summary;
  for (const StageOutcome& stage : stages) {
    const TrainingOutcome& training = stage.training;
    nlohmann::ordered_json one = {{"stage", stage.label},
                                  {"run", stage.folder.string()},
                                  {"finished", training.finished},
                                  {"steps", training.steps},
                                  {"trajectories", training.trajectories},
                                  {"log_z", training.log_z}};
    if (!training.stop_reason.empty()) one["stop_reason"] = training.stop_reason;
    if (!training.warnings.empty()) one["warnings"] = training.warnings;
    if (training.finished) {
      one["samples"] = training.samples;
      one["mean_score"] = training.mean_score;
      one["unique"] = training.unique_share;
      one["top_100"] = training.top_100_mean;
      summary += fmt::format(
          "stage {}: {} steps{}, log Z {:.4f}; {} samples: mean score {}, top-100 mean {}, unique "
          "{:.1f} %\n",
          stage.label, training.steps,
          training.stop_reason.empty() ? "" : " (ended early: " + training.stop_reason + ")",
          training.log_z, training.samples, format_score(training.mean_score, 4),
          format_score(training.top_100_mean, 4), 100 * training.unique_share);
    } else {
      summary += fmt::format(
          "stopped in stage {} at step {}; continue with: fragflow train --resume --out {}\n",
          stage.label, training.steps, arguments.folder);
    }
    json["stages"].push_back(std::move(one));
  }
  if (stages.empty()) summary += "every stage was finished before\n";
  if (finished) {
    json["report"] = report;
    summary += fmt::format("report: {}\n", report);
  }
  print_result(global, json, summary);
}

TrainingRequest request_of(const GlobalOptions& global, const TrainArguments& arguments) {
  if (arguments.resume && arguments.overwrite) user_error("choose --resume or --overwrite");
  TrainingRequest request;
  request.config = config_of(arguments, global);
  request.folder = arguments.folder;
  request.init_from = arguments.init_from;
  request.existing = arguments.resume      ? ExistingRun::kResume
                     : arguments.overwrite ? ExistingRun::kOverwrite
                                           : ExistingRun::kRefuse;
  request.command = command_text("train", arguments.config, arguments.folder, arguments.overrides);
  request.quiet = global.quiet;
  return request;
}

// Blocks are scored separately even in a single process: some scorers give a molecule different
// bits depending on the batch.
void share_scoring(const Config& config, Communicator& group) {
  if (config.training.blocks > 1) share_components({&group, config.training.blocks});
}

// Runs on all processes except the first, which reads and reports everything.
void help_to_train(const TrainArguments& arguments, Communicator& group) {
  spdlog::set_level(spdlog::level::err);
  spdlog::default_logger()->set_pattern(fmt::format("%^%l%$: rank {}: %v", group.rank()));
  TrainingRequest request;
  request.stop = stop_on_signals();
  request.group = &group;
  request.config = share_config(group, arguments.folder, [] { return Config(); });
  share_scoring(request.config, group);
  take_part(request);
}

void run(const GlobalOptions& global, const TrainArguments& arguments, Communicator& group) {
  TrainingRequest request;
  request.config = share_config(group, arguments.folder, [&] {
    request = request_of(global, arguments);
    return request.config;
  });
  request.group = &group;
  request.stop = stop_on_signals();
  share_scoring(request.config, group);
  if (!request.config.stages.empty()) {
    report_stages(global, arguments, train_stages(request));
    return;
  }
  const TrainingOutcome outcome = train(request);
  nlohmann::ordered_json json;
  json["run"] = arguments.folder;
  json["finished"] = outcome.finished;
  json["steps"] = outcome.steps;
  json["trajectories"] = outcome.trajectories;
  json["log_z"] = outcome.log_z;
  std::string summary;
  if (outcome.finished) {
    if (!outcome.stop_reason.empty()) json["stop_reason"] = outcome.stop_reason;
    if (!outcome.warnings.empty()) json["warnings"] = outcome.warnings;
    json["samples"] = outcome.samples;
    json["mean_score"] = outcome.mean_score;
    json["unique"] = outcome.unique_share;
    json["top_100"] = outcome.top_100_mean;
    json["report"] = (request.folder / "report.html").string();
    summary = fmt::format(
        "trained {} steps ({} trajectories), log Z {:.4f}\n"
        "{}"
        "{} samples: mean score {}, top-100 mean {}, unique {:.1f} %\n"
        "report: {}\n",
        outcome.steps, outcome.trajectories, outcome.log_z,
        outcome.stop_reason.empty() ? "" : fmt::format("ended early: {}\n", outcome.stop_reason),
        outcome.samples, format_score(outcome.mean_score, 4), format_score(outcome.top_100_mean, 4),
        100 * outcome.unique_share, (request.folder / "report.html").string());
  } else {
    summary = fmt::format("stopped at step {}; continue with: fragflow train --resume --out {}\n",
                          outcome.steps, arguments.folder);
  }
  print_result(global, json, summary);
}

}  // namespace

void add_train_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command =
      *app.add_subcommand("train", "Train a policy, then draw samples and write the report");
  const auto arguments = std::make_shared<TrainArguments>();
  command.add_option("config", arguments->config, "configuration (TOML); not with --resume");
  command.add_option("-o,--out", arguments->folder, "folder of the run")->required();
  add_override_option(command, arguments->overrides);
  command.add_flag("--resume", arguments->resume, "continue the run in --out");
  command.add_flag("--overwrite", arguments->overwrite, "replace the run in --out");
  command.add_option("--init-from", arguments->init_from,
                     "start from the weights of this run (same vocabulary and [policy])");
  command.add_option("--start-from", arguments->start_from,
                     "SMILES of a scaffold that every molecule grows from, [*] where it may grow: "
                     "--set environment.start=SMILES");
  add_device_option(command, global);
  add_global_options(command, global);
  command.footer(
      "Examples:\n"
      "  fragflow train data/configs/demo.toml --out runs/demo\n"
      "  fragflow train data/configs/demo.toml --out runs/long --set training.steps=10000\n"
      "  fragflow train --resume --out runs/demo");
  command.callback([arguments, &global] {
    if (!arguments->start_from.empty()) {
      arguments->overrides.push_back("environment.start=" + arguments->start_from);
    }
    const std::optional<RankPlace> place = rank_place();
    if (!place) return run(global, *arguments, single_process());
    const std::unique_ptr<Communicator> group = join_ranks(*place);
    group->is_first() ? run(global, *arguments, *group) : help_to_train(*arguments, *group);
  });
}

}  // namespace fragflow
