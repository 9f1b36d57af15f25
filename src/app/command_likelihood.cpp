// fragflow likelihood: the exact probability with which a trained policy makes given molecules.
#include <fmt/format.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/run/likelihood_run.hpp"

namespace fragflow {
namespace {

struct LikelihoodArguments {
  LikelihoodRequest request;
  std::string output;
};

std::string table_row(const MoleculeLikelihood& row) {
  const bool has_trees = row.num_trees > 0;
  return csv_row({row.smiles, row.canonical, csv_number(row.log_p), std::to_string(row.num_trees),
                  has_trees ? csv_number(row.log_reward) : "",
                  has_trees ? csv_number(row.score) : "", row.reason});
}

void run(const GlobalOptions& global, const LikelihoodArguments& arguments) {
  std::string table =
      csv_row({"smiles", "canonical_smiles", "log_p", "n_trees", "log_r", "score", "reason"});
  std::int64_t with_likelihood = 0;
  const LikelihoodFit fit =
      evaluate_likelihoods(arguments.request, [&](const MoleculeLikelihood& row) {
        table += table_row(row);
        with_likelihood += row.has_log_p() ? 1 : 0;
      });
  write_file_atomically(arguments.output, table);
  nlohmann::ordered_json json = likelihood_json(fit);
  json["output"] = arguments.output;
  print_result(global, json,
               fmt::format("{} of {} rows have a likelihood; written to {}\n{}\n", with_likelihood,
                           fit.rows, arguments.output, likelihood_text(fit)));
}

}  // namespace

void add_likelihood_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "likelihood", "Exact probability with which a trained policy makes given molecules");
  const auto arguments = std::make_shared<LikelihoodArguments>();
  LikelihoodRequest& request = arguments->request;
  command.add_option("run", request.run, "folder of a run")->required();
  command.add_option("file", request.input, "molecules: .csv with a header, or .smi")->required();
  command
      .add_option("-o,--output", arguments->output,
                  "CSV to write: a row per molecule with log p, number of trees, log R and score, "
                  "or the reason why there is none")
      ->required();
  command.add_option("--smiles", request.smiles_column, "SMILES column (default: by name)");
  command
      .add_option("--max-states", request.max_states,
                  "leave out molecules with more states than this on the ways to them")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}))
      ->capture_default_str();
  add_condition_options(command, request.condition);
  add_global_options(command, global);
  add_device_option(command, global);
  command.footer("Example:\n  fragflow likelihood runs/demo heldout.smi -o likelihood.csv --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
