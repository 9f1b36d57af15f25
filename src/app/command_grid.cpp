// fragflow grid: the validation benchmark on hypergrids.
#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/run/grid_run.hpp"

namespace fragflow {
namespace {

struct GridArguments {
  std::string preset, config, objective;
  std::vector<std::string> overrides;
  std::int64_t trajectories = 100000;
  double r0 = -1;
  GridRequest request;
};

void run(const GlobalOptions& global, GridArguments& arguments) {
  if (arguments.preset.empty() == arguments.config.empty()) {
    user_error("grid needs --preset NAME or --config FILE");
  }
  GridRequest& request = arguments.request;
  request.preset = arguments.preset;
  if (!arguments.preset.empty()) {
    // The preset as text, so that --set applies to it as to a file.
    request.config =
        parse_config(print_config(grid_config(arguments.preset, arguments.trajectories)),
                     "preset " + arguments.preset, ".", arguments.overrides);
  } else {
    request.config = load_config(arguments.config, arguments.overrides);
    refuse_stages(request.config, "grid");
  }
  if (arguments.r0 >= 0) request.config.reward.grid.r0 = arguments.r0;
  if (!arguments.objective.empty()) request.config.objective.name = arguments.objective;
  if (global.seed_given) request.config.seed = global.seed;
  request.quiet = global.quiet;
  request.stop = stop_on_signals();
  const nlohmann::ordered_json json = run_grid(request);
  nlohmann::ordered_json shown = json;
  shown["report"] = (request.folder / "report.html").string();
  print_result(global, json, table_text(shown));
}

}  // namespace

void add_grid_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "grid", "Train on a hypergrid and measure the exact distance to its known answer");
  const auto arguments = std::make_shared<GridArguments>();
  command.add_option("--preset", arguments->preset,
                     "standard-8, tutorial, sigmoid-prime or bengio");
  command.add_option("--config", arguments->config, "configuration (TOML) with a hypergrid");
  command.add_option("-o,--out", arguments->request.folder, "folder for the results")->required();
  command.add_option("--r0", arguments->r0, "reward of the floor, instead of the preset's")
      ->check(CLI::Range(0.0, 1e9));
  command.add_option("--objective", arguments->objective, "instead of the configuration's")
      ->check(CLI::IsMember(objective_names()));
  command
      .add_option("--trajectories", arguments->trajectories,
                  "with --preset: length of the training")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--samples", arguments->request.samples,
                  "fresh samples for l1_sum, l1_mean and modes_found; 0: none")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--evaluations", arguments->request.evaluations,
                  "points of the curve of exact distances")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_override_option(command, arguments->overrides);
  command.add_flag("--overwrite", arguments->request.overwrite, "replace the run in --out");
  add_global_options(command, global);
  add_device_option(command, global);
  command.footer(
      "tv, jsd and l1_sum_exact compare the policy's exact distribution with R / Z;\n"
      "l1_sum (and l1_mean, divided by the number of cells) compares fresh samples with it, and\n"
      "floor_l1_sum is what a perfect sampler would show at that number of samples.\n"
      "Example:\n  fragflow grid --preset standard-8 --out runs/grid --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
