// fragflow report: one self-contained HTML page about a run.
#include <fmt/format.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/base/log.hpp"
#include "src/run/run_report.hpp"

namespace fragflow {
namespace {

void run(const GlobalOptions& global, ReportRequest& arguments) {
  arguments.evaluate.fingerprint = fingerprint_kind(arguments.evaluate.fingerprint_name);
  arguments.evaluate.seed = global.seed;
  if (arguments.output.empty()) arguments.output = arguments.run_folder / "report.html";
  const ReportData report = write_report(arguments);
  for (const std::string& warning : report.warnings) spdlog::warn("{}", warning);
  nlohmann::ordered_json json;
  json["report"] = arguments.output.string();
  json["molecules"] = report.molecules.size();
  json["warnings"] = report.warnings;
  json["notes"] = report.notes;
  print_result(global, json, fmt::format("report written to {}\n", arguments.output.string()));
}

}  // namespace

void add_report_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command =
      *app.add_subcommand("report", "Write one self-contained HTML page about a run");
  auto arguments = std::make_shared<ReportRequest>();
  command.add_option("run", arguments->run_folder, "Folder of a run (may be under way)")
      ->required();
  command.add_option("-o,--output", arguments->output, "Default: RUN/report.html");
  command.add_option("--reference", arguments->reference,
                     "Known compounds (default: the training data of the run's proxy)");
  command.add_option("--smiles", arguments->smiles_column,
                     "SMILES column of --reference (default: found by name)");
  command.add_option("--proxy", arguments->proxy, "Model in the reward (default: the run's)");
  command.add_option("--check-proxy", arguments->check_proxy,
                     "Second model that was never in the reward (default: the run's)");
  command.add_option("--mode-score", arguments->evaluate.mode_score, "Smallest score of a mode");
  command
      .add_option("--mode-similarity", arguments->evaluate.mode_similarity,
                  "A mode's largest Tanimoto similarity to better modes is below this")
      ->check(CLI::Range(1e-9, 1.0))
      ->capture_default_str();
  command
      .add_option("--fingerprint", arguments->evaluate.fingerprint_name, "For modes and diversity")
      ->check(CLI::IsMember({"rdk", "morgan2"}))
      ->capture_default_str();
  add_global_options(command, global);
  command.footer("Example:\n  fragflow report runs/demo");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
