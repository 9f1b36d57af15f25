#include "src/run/growing_report.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/number_text.hpp"
#include "src/base/safetensors.hpp"
#include "src/base/text.hpp"
#include "src/eval/properties.hpp"
#include "src/eval/run_data.hpp"
#include "src/report/html.hpp"
#include "src/report/report_builder.hpp"
#include "src/report/watch_page.hpp"
#include "src/run/best_objects.hpp"
#include "src/run/config.hpp"
#include "src/run/run_folder.hpp"
#include "src/run/staged_folder.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShown = 24;  // best objects on the page

bool holds_design(const fs::path& folder) { return fs::exists(folder / "design.json"); }

// The run to show: a design contains one, a run with stages one per stage.
fs::path shown_run(const fs::path& folder) {
  const fs::path run = holds_design(folder) ? folder / "run" : folder;
  return latest_stage(run).value_or(run);
}

// A fingerprint of files that may come and go; equal if nothing has changed.
std::string stamp_of(const std::vector<fs::path>& files) {
  std::string stamp;
  for (const fs::path& file : files) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const auto time = fs::last_write_time(file, error).time_since_epoch().count();
    stamp += error ? "-;" : fmt::format("{} {} {};", file.string(), size, time);
  }
  return stamp;
}

// The complete rows: the last one may be half written.
std::optional<CsvTable> complete_rows(const fs::path& path) {
  if (!fs::exists(path)) return {};
  std::string text = read_file(path);
  text.resize(text.rfind('\n') + 1);  // npos + 1: empties the text
  if (text.empty()) return {};
  CsvTable table = parse_csv(text, "'" + path.string() + "'");
  if (table.rows.empty()) return {};
  return table;
}

std::string count_of(const CsvTable& table, const std::string& column) {
  const double value = last_number_of(table, column);
  return std::isfinite(value) ? format_count(std::llround(value)) : "-";
}

std::vector<KeyFigure> figures_of(const CsvTable& metrics, std::int64_t steps) {
  const std::string of = steps > 0 ? "of " + format_count(steps) : "";
  std::vector<KeyFigure> figures = {
      {"step", count_of(metrics, "step"), of},
      {"trajectories", count_of(metrics, "trajectories"), "drawn so far"}};
  const auto add = [&](const char* label, const char* column, const char* explanation) {
    const double value = last_number_of(metrics, column);
    if (std::isfinite(value)) figures.push_back({label, format_number(value), explanation});
  };
  add("mean score", "mean_score", "of the objects drawn last");
  add("best 100", "top_100", "mean score so far");
  add("log Z", "log_z", "as learned so far");
  figures.push_back({"modes", count_of(metrics, "modes"), "different good solutions so far"});
  const double unique = last_number_of(metrics, "unique_share");
  if (std::isfinite(unique)) {
    figures.push_back({"unique", format_percent(unique), "of all objects drawn so far"});
  }
  return figures;
}

// The part of the page that changes only with a checkpoint.
ReportData best_of(const RunPaths& paths, const nlohmann::json& run) {
  ReportData report;
  if (!fs::exists(paths.checkpoint())) return report;
  BestObjects objects;
  objects.load(read_safetensors(paths.checkpoint()));
  const auto best = objects.first(kShown);
  if (run.value("object_column", "smiles") != "smiles") {
    report.evaluation_title = "Best so far";
    report.evaluation.header = {run.value("object_column", "object"), "score"};
    for (const auto& [object, score] : best) {
      report.evaluation.rows.push_back({object, format_number(score)});
    }
    return report;
  }
  std::vector<std::string> smiles;
  for (const auto& [object, score] : best) smiles.push_back(object);
  const std::vector<MoleculeProperties> properties = molecule_properties(smiles, Alerts::kSkip);
  const std::vector<std::string> drawings = draw_molecules(smiles);
  for (std::size_t i = 0; i < best.size(); ++i) {
    MoleculeCard card;
    card.smiles = smiles[i];
    card.score = best[i].second;
    card.drawing = drawings[i];
    card.qed = properties[i].qed;
    card.sa = properties[i].sa;
    report.molecules.push_back(std::move(card));
  }
  report.molecules_title = "Best molecules so far";
  report.molecules_explanation =
      fmt::format("The best {} that training had met at its last checkpoint, whether alike or not.",
                  best.size());
  return report;
}

std::int64_t planned_steps(const RunPaths& paths) {
  try {
    return load_config(paths.config()).training.steps;
  } catch (const UserError&) {  // being written, or files have moved: not an error here
    return 0;
  }
}

std::optional<double> age_of(const fs::path& file) {
  std::error_code error;
  const auto time = fs::last_write_time(file, error);
  if (error) return {};
  return std::chrono::duration<double>(fs::file_time_type::clock::now() - time).count();
}

}  // namespace

GrowingReport::GrowingReport(fs::path folder) : folder_(std::move(folder)) {
  if (!fs::is_directory(folder_)) user_error("there is no run folder '{}'", folder_.string());
  const RunPaths paths(folder_);
  if (holds_design(folder_) || latest_stage(folder_)) return;
  for (const fs::path& mark :
       {paths.lock(), paths.starting(), paths.config(), paths.checkpoint()}) {
    if (fs::exists(mark)) return;
  }
  if (fs::is_empty(folder_)) return;
  user_error("'{}' holds neither a run nor a design; {}", folder_.string(), listing_of(folder_));
}

std::optional<fs::path> GrowingReport::finished_report() const {
  const fs::path path = folder_ / "report.html";
  if (holds_design(folder_)) {
    // Written by the last stage; an earlier one may be out of date while the design is remade.
    return fs::exists(path) ? std::optional(path) : std::nullopt;
  }
  const bool finished = run_metadata(folder_).value("finished", false);
  return finished && fs::exists(path) ? std::optional(path) : std::nullopt;
}

void GrowingReport::refresh() {
  const RunPaths paths(shown_run(folder_));
  std::string stamp =
      stamp_of({paths.metrics(), paths.checkpoint(), paths.metadata(), paths.config(),
                RunPaths(folder_).report(), RunPaths(folder_).metadata()});
  if (stamp == stamp_) return;
  stamp_ = std::move(stamp);
  ++version_;
  ReportData report;
  const std::string stage = stage_in_words(paths.folder);
  try {
    const nlohmann::json run = run_metadata(paths.folder);
    const std::optional<CsvTable> metrics = complete_rows(paths.metrics());
    if (!metrics) {
      state_ = "waiting";
      text_ = stage + "waiting for the first record of training";
    } else {
      const std::int64_t steps = planned_steps(paths);
      std::string best_stamp = stamp_of({paths.checkpoint()});
      if (best_stamp != best_stamp_) {  // drawing molecules takes most of the time
        best_ = best_of(paths, run);
        best_stamp_ = std::move(best_stamp);
      }
      report = best_;
      report.figures = figures_of(*metrics, steps);
      report.curves = training_curves(*metrics);
      const bool finished = run.value("finished", false);
      state_ = finished ? "finished" : "training";
      text_ = stage + (finished ? "finished after step " : "at step ") +
              count_of(*metrics, "step") +
              (steps > 0 && !finished ? " of " + format_count(steps) : "");
    }
  } catch (const UserError& error) {  // the next change may be readable again
    state_ = "damaged";
    text_ = error.what();
  }
  sections_ = watch_sections(report);
}

std::string GrowingReport::data(std::int64_t have) {
  const std::lock_guard lock(mutex_);
  refresh();
  nlohmann::json json = {{"version", version_},
                         {"state", state_},
                         {"text", text_},
                         {"report", finished_report().has_value()},
                         {"age", nullptr}};
  if (const auto age = age_of(RunPaths(shown_run(folder_)).metrics())) json["age"] = *age;
  if (have != version_) json.update(sections_);
  return json_for_script(json);
}

}  // namespace fragflow
