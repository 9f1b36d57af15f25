#include "src/run/run_report.hpp"

#include <fmt/format.h>

#include <memory>

#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/eval/properties.hpp"
#include "src/eval/report_builder.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {
namespace {

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

// What the run's reward says of the known compounds, for the histogram of scores.
void score_known(ReportInputs& inputs) {
  if (!inputs.known || !inputs.run.samples || inputs.run.config.empty()) return;
  try {
    RewardConfig reward = parse_config(inputs.run.config, "config.toml", inputs.run.folder).reward;
    find_files(reward);
    const std::vector<std::string> known = evenly_spaced(inputs.known->smiles);
    for (const MoleculeScore& score : MoleculeScorer(reward).score(known)) {
      if (score.valid) inputs.known_scores.push_back(score.score);
    }
  } catch (const UserError& error) {
    inputs.run.notes.push_back(
        fmt::format("The training compounds have no score: {}.", error.what()));
  }
}

ReportInputs collect(const ReportRequest& request) {
  ReportInputs inputs;
  inputs.run = read_run_data(request.run_folder);
  inputs.evaluate = request.evaluate;
  if (const auto path = choose(inputs.run, request.reference, "training_data")) {
    inputs.known = read_known_compounds(*path, request.smiles_column);
    inputs.evaluate.reference = *path;
    inputs.evaluate.reference_smiles_column = request.smiles_column;
  }
  if (const auto path = choose(inputs.run, request.proxy, "proxy")) {
    inputs.proxy = make_predictor(*path);
  }
  if (const auto path = choose(inputs.run, request.check_proxy, "check_proxy")) {
    inputs.check_proxy = make_predictor(*path);
  }
  score_known(inputs);
  return inputs;
}

}  // namespace

ReportData collect_report(const ReportRequest& request) { return build_report(collect(request)); }

ReportData write_report(const ReportRequest& request) {
  ReportData report = collect_report(request);
  write_file_atomically(
      request.output.empty() ? request.run_folder / "report.html" : request.output,
      render_report(report));
  return report;
}

}  // namespace fragflow
