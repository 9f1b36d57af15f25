// fragflow evaluate: figures of merit of a file of molecules.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/eval/evaluate.hpp"
#include "src/run/fidelity_run.hpp"
#include "src/run/likelihood_run.hpp"
#include "src/run/run_folder.hpp"

namespace fragflow {
namespace {

struct EvaluateArguments {
  std::vector<std::string> files;
  std::string run;           // "": only figures of the molecules
  std::string target_draws;  // of the run; "": none
  EvaluateOptions options;
  ConditionChoice condition;  // of the run
};

std::string summary_text(const Evaluation& evaluation, const EvaluateOptions& options) {
  std::string text;
  for (const auto& [name, value] : evaluation_rows(evaluation, options)) {
    text += fmt::format("{:<32} {}\n", name, value);
  }
  return text;
}

void save_for_report(const RunPaths& run, const nlohmann::ordered_json& fidelity) {
  try {
    write_file_atomically(run.fidelity(), fidelity.dump(2) + "\n");
  } catch (const UserError& error) {
    spdlog::warn("the report will not show these figures: {}", error.what());
  }
}

void check_files(const EvaluateArguments& arguments) {
  const auto& files = arguments.files;
  if (files.size() > 1 && !arguments.run.empty()) {
    user_error("--run takes one file, not {}: put the rows together first", files.size());
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      std::error_code missing;  // reading the file reports it better
      if (files[i] != files[k] && !std::filesystem::equivalent(files[i], files[k], missing))
        continue;
      user_error("'{}' is given twice: its molecules would count twice", files[i]);
    }
  }
}

void run(const GlobalOptions& global, EvaluateArguments& arguments) {
  if (!arguments.target_draws.empty() && arguments.run.empty()) {
    user_error("--target-draws needs --run");
  }
  check_files(arguments);
  const std::string& file = arguments.files.front();
  EvaluateOptions& options = arguments.options;
  options.fingerprint = fingerprint_kind(options.fingerprint_name);
  options.seed = global.seed;
  const std::vector<std::filesystem::path> paths(arguments.files.begin(), arguments.files.end());
  const Evaluation evaluation = evaluate_files(paths, options);
  for (const std::string& row : evaluation.rejected) spdlog::warn("rejected {}", row);
  const auto unshown = evaluation.count - evaluation.num_valid -
                       static_cast<std::int64_t>(evaluation.rejected.size());
  if (unshown > 0) spdlog::warn("rejected {} more rows", unshown);
  spdlog::info("{}", evaluation.standardised.summary());
  if (!evaluation.has_scores) {
    spdlog::info("no column '{}': top means are left out and modes follow the SMILES' order",
                 options.score_column);
  }
  nlohmann::ordered_json json;
  if (arguments.files.size() == 1) {
    json["file"] = file;
  } else {
    json["files"] = arguments.files;
  }
  json.update(evaluation_json(evaluation, options));
  std::string summary = summary_text(evaluation, options);
  std::vector<MoleculeLikelihood> likelihoods;  // of the rows of the file
  if (!arguments.run.empty()) {
    LikelihoodRequest request;
    request.run = arguments.run;
    request.input = file;
    request.smiles_column = options.smiles_column;
    request.condition = arguments.condition;
    const LikelihoodFit fit = evaluate_likelihoods(
        request, [&](const MoleculeLikelihood& row) { likelihoods.push_back(row); });
    json["likelihood"] = likelihood_json(fit);
    summary += likelihood_text(fit) + "\n";
  }
  if (!arguments.target_draws.empty()) {
    const FidelityResult result =
        evaluate_fidelity({arguments.run, file, std::move(likelihoods), arguments.target_draws,
                           options.smiles_column, arguments.condition, global.seed});
    json["fidelity"] = fidelity_json(result);
    // A report shows the run's own reward.
    if (arguments.condition.is_empty()) save_for_report(open_run(arguments.run), json["fidelity"]);
    summary += fidelity_text(result);
  }
  print_result(global, json, summary);
}

}  // namespace

void add_evaluate_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "evaluate",
      "Validity, uniqueness, novelty, top-k, modes and diversity of a set of molecules");
  auto arguments = std::make_shared<EvaluateArguments>();
  EvaluateOptions& options = arguments->options;
  command
      .add_option("files", arguments->files,
                  "Molecules (.csv with a header, or .smi); several, such as the parts that "
                  "`sample --shard` wrote, count as one")
      ->required();
  command.add_option("--smiles", options.smiles_column, "SMILES column (default: found by name)");
  command.add_option("--reference", options.reference, "Known molecules; gives the novel share");
  command.add_option("--reference-smiles", options.reference_smiles_column,
                     "SMILES column of --reference (default: found by name)");
  CLI::Option* score = command
                           .add_option("--score-column", options.score_column,
                                       "Column that top-k means and modes use")
                           ->capture_default_str();
  command.add_option("--mode-score", options.mode_score, "Smallest score of a mode (default: any)");
  command
      .add_option("--mode-similarity", options.mode_similarity,
                  "A mode's largest Tanimoto similarity to better modes is below this")
      ->check(CLI::Range(1e-9, 1.0))
      ->capture_default_str();
  command.add_option("--fingerprint", options.fingerprint_name, "For modes and diversity")
      ->check(CLI::IsMember({"rdk", "morgan2"}))
      ->capture_default_str();
  command.add_flag("!--no-properties", options.properties,
                   "Leave out scaffolds, QED and SA score of all molecules: half the time");
  command.add_option("--run", arguments->run,
                     "Folder of a trained run: how well its exact log p of these molecules follows "
                     "log R (give molecules that training did not choose itself)");
  command.add_option(
      "--target-draws", arguments->target_draws,
      "With --run: what `fragflow target` wrote. The file is then to be plain draws of the run "
      "(its samples.csv); says how far p is from R / Z, by both (docs/distribution.md), and leaves "
      "it in the run for "
      "`fragflow report`");
  add_condition_options(command, arguments->condition);
  add_global_options(command, global);
  add_device_option(command, global);
  command.footer(
      "Examples:\n"
      "  fragflow evaluate runs/demo/samples.csv --reference data/chembl2321810.csv --json\n"
      "  fragflow evaluate part_*.csv --json\n"
      "  fragflow evaluate heldout.smi --run runs/demo --json");
  command.callback([arguments, score, &global] {
    arguments->options.score_column_given = score->count() > 0;
    run(global, *arguments);
  });
}

}  // namespace fragflow
