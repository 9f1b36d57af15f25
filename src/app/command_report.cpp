// fragflow report: one self-contained HTML page about a run.
#include <fmt/format.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/eval/report_builder.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {
namespace {

struct Arguments {
  std::filesystem::path run_folder, output, reference, proxy, check_proxy;
  std::string smiles_column;
  EvaluateOptions evaluate;
};

// A file named by run.json: as it stands, in the run folder or in data/. Nothing, with a note for
// the reader, if it is not there any more: a report never fails for it.
std::optional<std::filesystem::path> find_input(RunData& run, const std::string& key) {
  const std::string name = run.text(key);
  if (name.empty()) return {};
  for (const std::filesystem::path& path : {std::filesystem::path(name), run.folder / name}) {
    if (std::filesystem::exists(path)) return path;
  }
  try {
    return data_path(name);
  } catch (const UserError& error) {
    run.notes.push_back(fmt::format("The {} '{}' is gone; what needs it is left out.", key, name));
    return {};
  }
}

// Files given on the command line must be there; those run.json names may be gone.
std::optional<std::filesystem::path> choose(RunData& run, const std::filesystem::path& given,
                                            const std::string& key) {
  if (!given.empty()) return given;
  return find_input(run, key);
}

Predictor make_predictor(const std::filesystem::path& path) {
  std::shared_ptr<ProxyModel> model = load_proxy(path);
  return [model](std::span<const std::string> smiles) {
    PredictedValues values;
    for (const ProxyModel::Prediction& prediction : model->predict(smiles)) {
      values.mean.push_back(prediction.mean);
      values.std.push_back(prediction.std);
    }
    return values;
  };
}

ReportInputs collect(const Arguments& arguments) {
  ReportInputs inputs;
  inputs.run = read_run_data(arguments.run_folder);
  inputs.evaluate = arguments.evaluate;
  if (const auto path = choose(inputs.run, arguments.reference, "training_data")) {
    inputs.known = read_known_compounds(*path, arguments.smiles_column);
    inputs.evaluate.reference = *path;
    inputs.evaluate.reference_smiles_column = arguments.smiles_column;
  }
  if (const auto path = choose(inputs.run, arguments.proxy, "proxy")) {
    inputs.proxy = make_predictor(*path);
  }
  if (const auto path = choose(inputs.run, arguments.check_proxy, "check_proxy")) {
    inputs.check_proxy = make_predictor(*path);
  }
  return inputs;
}

void run(const GlobalOptions& global, Arguments& arguments) {
  arguments.evaluate.fingerprint = fingerprint_kind(arguments.evaluate.fingerprint_name);
  arguments.evaluate.seed = global.seed;
  const ReportData report = build_report(collect(arguments));
  std::filesystem::path output = arguments.output;
  if (output.empty()) output = arguments.run_folder / "report.html";
  write_file_atomically(output, render_report(report));
  for (const std::string& warning : report.warnings) spdlog::warn("{}", warning);
  nlohmann::ordered_json json;
  json["report"] = output.string();
  json["molecules"] = report.molecules.size();
  json["warnings"] = report.warnings;
  json["notes"] = report.notes;
  print_result(global, json, fmt::format("report written to {}\n", output.string()));
}

}  // namespace

void add_report_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command =
      *app.add_subcommand("report", "Write one self-contained HTML page about a run");
  auto arguments = std::make_shared<Arguments>();
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
