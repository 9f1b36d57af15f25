// fragflow target: draws from R / Z by Markov chains, as a reference for policies.
#include <fmt/format.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/run/run_checkpoint.hpp"
#include "src/run/target_draws.hpp"

namespace fragflow {
namespace {

// Chains with a larger split R-hat have not forgotten their starting points.
constexpr double kMaxRHat = 1.05;

struct TargetArguments {
  std::string run, output;
  TargetRequest request;
  ConditionChoice condition;
};

void run(const GlobalOptions& global, TargetArguments& arguments) {
  TargetRequest& request = arguments.request;
  request.seed = global.seed;
  request.quiet = global.quiet;
  request.stop = stop_on_signals();
  Config config = run_config(arguments.run);
  apply_choice(arguments.condition, arguments.run, config);
  const Experiment experiment = make_experiment(config);
  const TargetDraws draws = draw_target(experiment, request);
  write_file_atomically(arguments.output, target_csv(experiment, draws));
  const bool mixed = draws.r_hat_log_reward < kMaxRHat && draws.r_hat_size < kMaxRHat;
  if (!mixed) {
    spdlog::warn(
        "the chains do not agree yet (R-hat {:.3f} of log R, {:.3f} of the size; below {} is "
        "wanted): more --moves",
        draws.r_hat_log_reward, draws.r_hat_size, kMaxRHat);
  }
  nlohmann::ordered_json json;
  json["run"] = arguments.run;
  json["output"] = arguments.output;
  json["draws"] = draws.draws.size();
  json["chains"] = request.chains;
  json["moves"] = request.moves;
  json["temperatures"] = request.temperatures;
  json["hottest"] = request.hottest;
  json["moved"] = draws.moved;
  json["exchanged"] = draws.exchanged;
  json["r_hat_log_reward"] = draws.r_hat_log_reward;
  json["r_hat_size"] = draws.r_hat_size;
  json["effective_size"] = draws.effective_size;
  json["reward_calls"] = draws.reward_calls;
  json["seed"] = global.seed;
  print_result(
      global, json,
      fmt::format("{} draws of R / Z from {} chains of {} moves ({:.0f} % taken, {:.0f} % of the "
                  "exchanges) "
                  "written to {}\n"
                  "R-hat {:.3f} of log R, {:.3f} of the size; all kept moves are worth {:.0f} "
                  "independent draws; {} reward calls\n",
                  draws.draws.size(), request.chains, request.moves, 100 * draws.moved,
                  100 * draws.exchanged, arguments.output, draws.r_hat_log_reward, draws.r_hat_size,
                  draws.effective_size, draws.reward_calls));
}

}  // namespace

void add_target_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "target", "Draws from R / Z itself by Markov chains, to measure a trained policy against");
  const auto arguments = std::make_shared<TargetArguments>();
  TargetRequest& request = arguments->request;
  command.add_option("run", arguments->run, "folder of a run: its environment and reward count")
      ->required();
  command.add_option("-o,--output", arguments->output, "CSV to write")->required();
  command.add_option("-n,--count", request.count, "how many draws")
      ->check(CLI::Range(std::int64_t{10}, std::int64_t{100'000'000}))
      ->capture_default_str();
  command.add_option("--chains", request.chains, "chains, each from another start")
      ->check(CLI::Range(std::int64_t{2}, std::int64_t{1'000'000}))
      ->capture_default_str();
  command
      .add_option("--moves", request.moves,
                  "moves of each chain; the first half is left out, the draws are spread over the "
                  "second")
      ->check(CLI::Range(std::int64_t{8}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command
      .add_option(
          "--temperatures", request.temperatures,
          "copies of each chain, at temperatures from 1 to --hottest, that exchange objects; "
          "1: none")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command
      .add_option("--hottest", request.hottest,
                  "the hottest copy follows R^(1 / this): flat enough to move freely")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  add_condition_options(command, arguments->condition);
  add_global_options(command, global);
  command.footer(
      "Example:\n"
      "  fragflow target runs/demo -n 2000 -o target.csv\n"
      "  fragflow evaluate runs/demo/samples.csv --run runs/demo --target-draws target.csv");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
