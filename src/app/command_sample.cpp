// fragflow sample: objects from a trained policy.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/run/annealed_samples.hpp"
#include "src/run/front.hpp"
#include "src/run/pose_files.hpp"
#include "src/run/run_checkpoint.hpp"
#include "src/run/samples.hpp"

namespace fragflow {
namespace {

struct SampleArguments {
  std::string folder, output, poses;
  SampleRequest request;
  ConditionChoice condition;
  std::string shard;
  int front = 0;  // divisions of the grid of shares; 0: one condition
  bool exact = false;
  AnnealedRequest annealed;
};

struct Outcome {
  std::vector<Sample> samples;
  nlohmann::ordered_json json;  // entries of this way of sampling
  std::string text;             // the same for people
};

Outcome draw_exactly(const TrainedRun& trained, const SampleArguments& arguments) {
  AnnealedSamples annealed =
      draw_annealed(trained.experiment, *trained.learner, arguments.request, arguments.annealed);
  return {std::move(annealed.samples), annealed_json(annealed), annealed_text(annealed)};
}

Outcome draw_plainly(const TrainedRun& trained, const SampleArguments& arguments) {
  const Config& config = trained.experiment.config;
  SampleTotals totals;
  Outcome outcome;
  if (arguments.front > 0) {
    outcome.samples = draw_front(trained.experiment, *trained.learner, arguments.front,
                                 arguments.request, totals);
    const double volume = front_hypervolume(trained.experiment, outcome.samples);
    outcome.json["hypervolume"] = volume;
    outcome.text = fmt::format("hypervolume of {} from 0: {:.4f}\n",
                               join(config.condition.preference), volume);
  } else {
    outcome.samples = draw_samples(trained.experiment, *trained.learner, arguments.request, totals);
  }
  outcome.json["drawn"] = totals.drawn;
  outcome.json["invalid"] = totals.invalid;
  outcome.text = fmt::format("{} drawn, {} invalid\n", totals.drawn, totals.invalid) + outcome.text;
  return outcome;
}

void check_poses(const SampleArguments& arguments, const RewardConfig& reward) {
  if (std::filesystem::path(arguments.poses).extension() != ".sdf") {
    user_error("--poses '{}': poses are written as .sdf", arguments.poses);
  }
  if (leaves_poses(reward)) return;
  user_error("--poses: no reward component of '{}' leaves poses (reward.component.NAME.poses)",
             arguments.folder);
}

void run(const GlobalOptions& global, SampleArguments& arguments) {
  if (!arguments.shard.empty()) arguments.request.shard = parse_shard(arguments.shard);
  TrainedRun trained = load_run(arguments.folder, arguments.condition);
  check_sample_format(arguments.output, trained.experiment.has_structure());
  if (!arguments.poses.empty()) check_poses(arguments, trained.experiment.config.reward);
  arguments.request.seed = global.seed;
  arguments.request.stop = stop_on_signals();
  trained.experiment.reward().work_in({arguments.folder, arguments.request.stop});
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome =
      arguments.exact ? draw_exactly(trained, arguments) : draw_plainly(trained, arguments);
  write_samples(arguments.output, trained.experiment, outcome.samples, global.seed);
  std::size_t num_poses = 0;
  if (!arguments.poses.empty()) {
    num_poses = write_poses(arguments.poses, trained.experiment, outcome.samples);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  nlohmann::ordered_json json;
  json["run"] = arguments.folder;
  json["output"] = arguments.output;
  json["samples"] = outcome.samples.size();
  json["scored"] = arguments.request.scored;
  json.update(outcome.json);
  const Config& config = trained.experiment.config;
  if (arguments.front == 0 && config.condition.is_used()) {
    json["samples_at"] = describe_own_condition(config);
  }
  json["seed"] = global.seed;
  if (!arguments.shard.empty()) json["shard"] = arguments.shard;
  json["seconds"] = seconds;
  std::string text = fmt::format("{} samples written to {} in {:.1f} s\n", outcome.samples.size(),
                                 arguments.output, seconds);
  if (!arguments.poses.empty()) {
    json["poses"] = arguments.poses;
    json["num_poses"] = num_poses;
    text += fmt::format("{} poses written to {}\n", num_poses, arguments.poses);
  }
  print_result(global, json, text + outcome.text);
}

}  // namespace

void add_sample_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand("sample", "Draw objects from a trained policy");
  const auto arguments = std::make_shared<SampleArguments>();
  command.add_option("run", arguments->folder, "folder of a run")->required();
  command.add_option("-n,--count", arguments->request.count, "how many to write")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command.add_option("-o,--output", arguments->output, "file: .csv, .smi or .sdf")->required();
  CLI::Option* poses =
      command.add_option("--poses", arguments->poses,
                         "SD file of the poses that the scorer left of these molecules, in their "
                         "order (docs/docking.md)");
  command.add_flag("--unique", arguments->request.unique, "write each molecule once");
  command
      .add_option(
          "--shard", arguments->shard,
          "i/n: the i-th of n parts of --count draws, for n processes; the parts, one after "
          "the other, are what one process writes")
      ->excludes("--unique");
  CLI::Option* min_score =
      command.add_option("--min-score", arguments->request.min_score, "leave out lower scores");
  command
      .add_flag("!--no-scores", arguments->request.scored,
                "do not ask the reward: valid molecules only, scores stay empty; faster, much "
                "faster where scoring is slow")
      ->excludes(min_score, poses);
  command
      .add_option("--random-actions", arguments->request.exploration.epsilon,
                  "probability of a uniformly random action at each step; 1: the random baseline")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  add_condition_options(command, arguments->condition);
  command
      .add_option(
          "--front", arguments->front,
          "of a run with condition.preference: --count objects at each choice of shares that "
          "are multiples of 1 / this, and the hypervolume of their scores")
      ->check(CLI::Range(1, 1000))
      ->excludes("--preference", "--no-scores", "--shard");
  CLI::Option* exact =
      command
          .add_flag("--exact", arguments->exact,
                    "samples that follow R / Z although training has not converged: the policy's "
                    "draws are annealed to the target; says what they are worth and what they cost")
          ->excludes("--front", "--random-actions", "--no-scores", "--shard");
  command
      .add_option("--particles", arguments->annealed.particles,
                  "of --exact: draws that are moved together (default: --count, at least 1000)")
      ->check(CLI::Range(std::int64_t{100}, std::int64_t{10'000'000}))
      ->needs(exact);
  command
      .add_option("--sweeps", arguments->annealed.last_sweeps,
                  "of --exact: rounds of moves at the target; more are worth more draws")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str()
      ->needs(exact);
  add_global_options(command, global);
  add_device_option(command, global);
  command.footer(
      "Examples:\n"
      "  fragflow sample runs/demo -n 1000 --unique -o candidates.csv\n"
      "  fragflow sample runs/demo -n 100000 --no-scores -o candidates.smi\n"
      "  fragflow sample runs/demo -n 1000000 --shard 2/8 -o part_2.csv\n"
      "  fragflow sample runs/range -n 1000 --beta 32 -o steep.csv\n"
      "  fragflow sample runs/demo -n 1000 --exact -o exact.csv");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
