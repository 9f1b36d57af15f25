// fragflow validate: exact distances on enumerable molecule spaces.
#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/run/validation_run.hpp"

namespace fragflow {
namespace {

struct ValidateArguments {
  std::string config;
  std::vector<std::string> overrides;
  ValidationRequest request;
};

void run(const GlobalOptions& global, ValidateArguments& arguments) {
  ValidationRequest& request = arguments.request;
  request.config = load_config(arguments.config, arguments.overrides);
  refuse_stages(request.config, "validate");
  if (global.seed_given) request.config.seed = global.seed;
  request.quiet = global.quiet;
  request.stop = stop_on_signals();
  const nlohmann::ordered_json json = run_validation(request);
  print_result(global, json, table_text(json));
}

}  // namespace

void add_validate_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "validate", "Train on a molecule space that can be listed; exact distance to R / Z");
  const auto arguments = std::make_shared<ValidateArguments>();
  ValidationRequest& request = arguments->request;
  command.add_option("config", arguments->config, "configuration (TOML)")->required();
  command.add_option("-o,--out", request.folder, "folder for the results")->required();
  command.add_flag(
      "--naive-actions", request.naive_actions,
      "count labelled moves separately, as common code does, to see its bias (trajectory "
      "balance only)");
  command
      .add_option("--limit", request.max_states, "give up with an error beyond this many states")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{2'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--evaluations", request.evaluations, "points of the curve of exact distances")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_override_option(command, arguments->overrides);
  command.add_flag("--overwrite", request.overwrite, "replace the run in --out");
  add_global_options(command, global);
  command.footer(
      "tv and jsd compare the policy's exact distribution with R / Z. tv_labelled_solution is how\n"
      "far from it labelled moves end up when trained perfectly; tv_to_labelled_solution is the\n"
      "distance of this run from there (docs/exactness.md).\n"
      "Example:\n  fragflow validate data/configs/space_small.toml --out runs/small --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
