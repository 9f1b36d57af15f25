#include "src/run/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/base/number_text.hpp"
#include "src/eval/properties.hpp"
#include "src/report/report_builder.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"
#include "src/run/pose_files.hpp"
#include "src/run/run_folder.hpp"
#include "src/run/staged_folder.hpp"

namespace fragflow {
namespace {

// A file named by run.json: at that path, in the run folder or in data/. Empty, with a note for the
// reader, if it no longer exists: a report never fails because of it.
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

// Files given on the command line must exist; those named by run.json may be gone.
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

// Scores the known compounds by the run's reward, for the histogram of scores.
void score_known(ReportInputs& inputs) {
  if (!inputs.known || !inputs.run.samples || inputs.run.config.empty()) return;
  try {
    RewardConfig reward = parse_config(inputs.run.config, "config.toml", inputs.run.folder).reward;
    const auto is_pool = [](const auto& component) { return component.type == "pool"; };
    if (std::ranges::any_of(reward.components, is_pool)) {
      inputs.run.notes.push_back(
          "The training compounds have no score: a report waits for no workers.");
      return;
    }
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

void find_poses(ReportInputs& inputs) {
  if (!inputs.run.samples || inputs.run.config.empty()) return;
  try {
    inputs.poses =
        pose_sources(parse_config(inputs.run.config, "config.toml", inputs.run.folder).reward);
  } catch (const UserError& error) {
    inputs.run.notes.push_back(fmt::format("Poses are not shown: {}.", error.what()));
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
  find_poses(inputs);
  return inputs;
}

// A summary of each stage, from run.json.
ReportTable stage_table(const std::filesystem::path& folder) {
  const nlohmann::json run = nlohmann::json::parse(read_file(RunPaths(folder).metadata()));
  ReportTable table{
      {"stage", "name", "beta", "steps", "ended by", "mean score", "best 100", "log Z", "report"},
      {}};
  const auto number = [](const nlohmann::json& stage, const char* key) {
    return stage.contains(key) && stage[key].is_number() ? format_number(stage[key]) : "-";
  };
  for (const nlohmann::json& stage : run["stages"]) {
    const std::string folder_name = stage.value("folder", ""), why = stage.value("stop_reason", "");
    const bool finished = stage.value("finished", false);
    table.rows.push_back({std::to_string(table.rows.size() + 1), stage.value("name", ""),
                          number(stage, "beta"), number(stage, "steps"),
                          !finished     ? "not finished"
                          : why.empty() ? "its last step"
                                        : why,
                          number(stage, "mean_score"), number(stage, "top_100"),
                          number(stage, "log_z"), folder_name + "/report.html"});
  }
  return table;
}

}  // namespace

void use_metrics_of(const Config& config, ReportRequest& request) {
  request.evaluate.fingerprint_name = config.metrics.fingerprint;
  request.evaluate.fingerprint = fingerprint_kind(config.metrics.fingerprint);
  request.evaluate.mode_score = config.metrics.mode_score;
  request.evaluate.mode_similarity = config.metrics.mode_similarity;
}

ReportData collect_report(const ReportRequest& request) {
  if (!holds_stages(request.run_folder)) return build_report(collect(request));
  ReportRequest of_stage = request;
  of_stage.run_folder = open_run(request.run_folder).folder;
  ReportData report = build_report(collect(of_stage));
  report.stages = stage_table(request.run_folder);
  report.subtitle = stage_in_words(of_stage.run_folder) + report.subtitle;
  return report;
}

ReportData write_report(const ReportRequest& request) {
  ReportData report = collect_report(request);
  write_file_atomically(
      request.output.empty() ? request.run_folder / "report.html" : request.output,
      render_report(report));
  return report;
}

}  // namespace fragflow
