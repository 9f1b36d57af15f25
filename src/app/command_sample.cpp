// fragflow sample: objects from a trained policy.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/text.hpp"
#include "src/run/front.hpp"
#include "src/run/run_checkpoint.hpp"
#include "src/run/samples.hpp"

namespace fragflow {
namespace {

struct Arguments {
  std::string folder, output;
  SampleRequest request;
  ConditionChoice condition;
  int front = 0;  // divisions of the grid of shares; 0: one condition
};

void run(const GlobalOptions& global, Arguments& arguments) {
  TrainedRun trained = load_run(arguments.folder, arguments.condition);
  check_sample_format(arguments.output, trained.experiment.has_structure());
  arguments.request.seed = global.seed;
  arguments.request.stop = stop_on_signals();
  const auto start = std::chrono::steady_clock::now();
  SampleTotals totals;
  const std::vector<Sample> samples =
      arguments.front > 0
          ? draw_front(trained.experiment, *trained.learner, arguments.front, arguments.request,
                       totals)
          : draw_samples(trained.experiment, *trained.learner, arguments.request, totals);
  write_samples(arguments.output, trained.experiment, samples, global.seed);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  nlohmann::ordered_json json;
  json["run"] = arguments.folder;
  json["output"] = arguments.output;
  json["samples"] = samples.size();
  json["drawn"] = totals.drawn;
  json["invalid"] = totals.invalid;
  json["scored"] = arguments.request.scored;
  const Config& config = trained.experiment.config;
  std::string front;
  if (arguments.front > 0) {
    const double volume = front_hypervolume(trained.experiment, samples);
    json["hypervolume"] = volume;
    front = fmt::format("hypervolume of {} from 0: {:.4f}\n", join(config.condition.preference),
                        volume);
  } else if (config.condition.is_used()) {
    json["samples_at"] = describe_own_condition(config);
  }
  json["seed"] = global.seed;
  json["seconds"] = seconds;
  print_result(
      global, json,
      fmt::format("{} samples ({} drawn, {} invalid) written to {} in {:.1f} s\n", samples.size(),
                  totals.drawn, totals.invalid, arguments.output, seconds) +
          front);
}

}  // namespace

void add_sample_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand("sample", "Draw objects from a trained policy");
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("run", arguments->folder, "folder of a run")->required();
  command.add_option("-n,--count", arguments->request.count, "how many to write")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command.add_option("-o,--output", arguments->output, "file: .csv, .smi or .sdf")->required();
  command.add_flag("--unique", arguments->request.unique, "write each molecule once");
  CLI::Option* min_score =
      command.add_option("--min-score", arguments->request.min_score, "leave out lower scores");
  command
      .add_flag("!--no-scores", arguments->request.scored,
                "do not ask the reward: valid molecules only, scores stay empty; faster, much "
                "faster where scoring is slow")
      ->excludes(min_score);
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
      ->excludes("--preference", "--no-scores");
  add_global_options(command, global);
  command.footer(
      "Examples:\n"
      "  fragflow sample runs/demo -n 1000 --unique -o candidates.csv\n"
      "  fragflow sample runs/demo -n 100000 --no-scores -o candidates.smi\n"
      "  fragflow sample runs/range -n 1000 --beta 32 -o steep.csv");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
