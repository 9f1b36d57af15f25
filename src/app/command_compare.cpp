// fragflow compare: several methods and seeds under one budget, and one report.
#include <fmt/format.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/run/compare_run.hpp"

namespace fragflow {
namespace {

struct CompareArguments {
  std::string config, folder;
  std::vector<std::string> overrides;
};

std::string summary_of(const nlohmann::ordered_json& results) {
  std::string text;
  for (const auto& [method, figures] : results.at("methods").items()) {
    text += method + "\n";
    for (const auto& [name, figure] : figures.items()) {
      if (figure.at("mean").is_null()) continue;
      text += fmt::format("  {:<14} {:.6g}", name, figure.at("mean").get<double>());
      if (!figure.at("deviation").is_null()) {
        text += fmt::format(" +- {:.3g}", figure.at("deviation").get<double>());
      }
      text += "\n";
    }
  }
  return text;
}

void run(const GlobalOptions& global, const CompareArguments& arguments) {
  if (global.seed_given) user_error("a comparison names its seeds; use --set seeds=[0,1,2]");
  CompareRequest request;
  request.config = load_comparison(arguments.config, arguments.overrides);
  request.folder = arguments.folder;
  request.command =
      command_text("compare", arguments.config, arguments.folder, arguments.overrides);
  request.quiet = global.quiet;
  request.stop = stop_on_signals();
  const CompareOutcome outcome = run_comparison(request);
  nlohmann::ordered_json json;
  json["folder"] = arguments.folder;
  json["finished"] = outcome.finished;
  json["runs"] = outcome.runs;
  json["finished_runs"] = outcome.finished_runs;
  if (!outcome.finished) {
    print_result(global, json,
                 fmt::format("stopped after {} of {} runs; the same command continues\n",
                             outcome.finished_runs, outcome.runs));
    return;
  }
  const std::string report = (request.folder / "report.html").string();
  json["report"] = report;
  json["methods"] = outcome.results.at("methods");
  // Undefined figures are null here as in the file.
  print_result(global, json,
               summary_of(nlohmann::ordered_json::parse(outcome.results.dump())) +
                   fmt::format("report: {}\n", report));
}

}  // namespace

void add_compare_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "compare", "Run several methods and seeds under one budget and report them side by side");
  const auto arguments = std::make_shared<CompareArguments>();
  command.add_option("config", arguments->config, "comparison (TOML)")->required();
  command
      .add_option("-o,--out", arguments->folder,
                  "folder of the comparison; finished runs in it are kept, stopped ones resumed")
      ->required();
  add_override_option(command, arguments->overrides,
                      "override a key of the comparison, for instance budget=1000 or seeds=[0]");
  add_global_options(command, global);
  add_device_option(command, global);
  command.footer(
      "The comparison names a base configuration and, for every [[method]], settings over it:\n"
      "  base = \"grid_8.toml\"\n"
      "  seeds = [0, 1, 2]\n"
      "  budget = 100000\n"
      "  [[method]]\n"
      "  name = \"DB\"\n"
      "  set = [\"objective.name=db\"]\n"
      "Example:\n  fragflow compare data/configs/compare_grid.toml --out runs/compare --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
