#include "src/run/compare_report.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/json.hpp"
#include "src/base/number_text.hpp"
#include "src/base/statistics.hpp"
#include "src/eval/evaluate.hpp"
#include "src/eval/grid_file.hpp"
#include "src/report/report.hpp"
#include "src/report/report_builder.hpp"
#include "src/run/run_folder.hpp"
#include "src/run/version.hpp"
#include "src/tasks/task.hpp"

namespace fragflow {
namespace {

constexpr int kCurvePoints = 60;

// order: the result of rank_by_score.
double top_similarity(const ScoredMolecules& molecules, std::span<const std::int64_t> order,
                      std::size_t count, FingerprintKind kind) {
  std::vector<std::string> best;
  for (std::size_t k = 0; k < std::min(count, order.size()); ++k) {
    best.push_back(molecules.smiles[order[k]]);
  }
  return pair_similarity(best, kind, /*seed=*/0).mean;
}

void add_molecule_figures(const ComparedRun& run, const CsvTable& metrics, RunFigures& figures) {
  EvaluateOptions options;
  options.fingerprint = fingerprint_kind(run.config.metrics.fingerprint);
  const std::filesystem::path best = RunPaths(run.folder).best();
  Evaluation evaluation;
  const ScoredMolecules molecules = read_distinct_molecules({&best, 1}, options, evaluation);
  const std::vector<std::int64_t> order = rank_by_score(molecules);
  figures.emplace_back("top_1", top_mean(molecules, order, 1));
  figures.emplace_back("top_10", last_number_of(metrics, "top_10"));
  figures.emplace_back("top_100", last_number_of(metrics, "top_100"));
  figures.emplace_back("modes", last_number_of(metrics, "modes"));
  figures.emplace_back("tanimoto_10", top_similarity(molecules, order, 10, options.fingerprint));
  figures.emplace_back("tanimoto_100", top_similarity(molecules, order, 100, options.fingerprint));
  figures.emplace_back("scaffolds", evaluation.scaffolds);
}

// The columns of one run's table that curves need.
struct RunTable {
  std::string method;
  CsvTable table;
};

struct CurvePlan {
  const char *title, *explanation, *column;
  bool logarithmic;
};

// The last value at or before x; NaN if there is none.
double value_at(const std::vector<double>& xs, const std::vector<double>& ys, double x) {
  const auto after = std::upper_bound(xs.begin(), xs.end(), x);
  return after == xs.begin() ? NAN : ys[after - xs.begin() - 1];
}

// Mean over the seeds, with the range from the smallest to the largest as a band. Empty where one
// seed has no value yet.
std::optional<Series> band_of(const std::string& method, const std::vector<RunTable>& tables,
                              const std::string& x_column, const std::string& column, double end) {
  struct Line {
    std::vector<double> x, y;
  };
  std::vector<Line> lines;  // one per seed
  for (const RunTable& run : tables) {
    if (run.method != method) continue;
    lines.push_back({numbers_of(run.table, x_column), numbers_of(run.table, column)});
  }
  Series series{method, {}, {}};
  bool any = false;
  for (int k = 1; k <= kCurvePoints; ++k) {
    const double x = end * k / kCurvePoints;
    double sum = 0, low = INFINITY, high = -INFINITY;
    for (const Line& line : lines) {
      const double y = value_at(line.x, line.y, x);
      sum += y;
      low = std::min(low, y);
      high = std::max(high, y);
    }
    const double mean = sum / static_cast<double>(lines.size());
    any = any || std::isfinite(mean);
    series.x.push_back(x);
    series.y.push_back(mean);
    series.low.push_back(std::isfinite(mean) ? low : NAN);
    series.high.push_back(std::isfinite(mean) ? high : NAN);
  }
  if (!any) return {};
  return series;
}

std::vector<Curve> curves_of(const CompareConfig& config, const std::vector<RunTable>& tables,
                             const std::vector<CurvePlan>& plans) {
  const std::string x_column =
      config.budget_kind == "reward_calls" ? "reward_calls" : "trajectories";
  double end = 0;
  for (const RunTable& run : tables) end = std::max(end, last_number_of(run.table, x_column));
  std::vector<Curve> curves;
  for (const CurvePlan& plan : plans) {
    Curve curve;
    curve.title = plan.title;
    curve.explanation = plan.explanation;
    curve.x_label = config.budget_kind == "reward_calls" ? "reward calls" : "trajectories";
    curve.logarithmic = plan.logarithmic;
    for (const ComparedMethod& method : config.methods) {
      if (auto series = band_of(method.name, tables, x_column, plan.column, end)) {
        curve.series.push_back(std::move(*series));
      }
    }
    if (!curve.series.empty()) curves.push_back(std::move(curve));
  }
  return curves;
}

std::vector<RunTable> read_tables(const std::vector<ComparedRun>& runs, bool exact) {
  std::vector<RunTable> tables;
  for (const ComparedRun& run : runs) {
    const RunPaths paths(run.folder);
    tables.push_back({run.method, read_csv(exact ? paths.exact() : paths.metrics())});
  }
  return tables;
}

// The target, followed by what each method learned with its first seed.
std::vector<HeatMap> heat_maps_of(const std::vector<ComparedRun>& runs) {
  std::vector<HeatMap> maps;
  std::string previous;
  for (const ComparedRun& run : runs) {
    const std::filesystem::path path = RunPaths(run.folder).grid();
    if (run.method == previous || !std::filesystem::exists(path)) continue;
    previous = run.method;
    const nlohmann::json json = read_json_object(path);
    const GridFile grid = parse_grid_file(json, path);
    std::vector<HeatMap> three =
        grid_heat_maps(grid.side, grid.dimensions, grid.target, grid.learned);
    three[1].scale.reset();
    if (maps.empty()) {
      three[0].scale.reset();
      maps.push_back(three[0]);
    }
    three[1].title = run.method;
    three[1].explanation = fmt::format(
        "Seed {}. {} The scale is its own.", run.seed,
        json.contains("tv") ? "Exact probabilities."
                            : "Shares of the second half of all visits: there is no policy.");
    maps.push_back(three[1]);
  }
  return maps;
}

// method -> figure -> values by seed, all in the order of the configuration.
struct MethodFigures {
  std::string method;
  std::vector<std::pair<std::string, std::vector<double>>> figures;
};

std::vector<MethodFigures> collect(const CompareConfig& config,
                                   const std::vector<ComparedRun>& runs) {
  std::vector<MethodFigures> all;
  for (const ComparedMethod& method : config.methods) {
    MethodFigures collected{method.name, {}};
    for (const ComparedRun& run : runs) {
      if (run.method != method.name) continue;
      const RunFigures figures = run_figures(run);
      if (collected.figures.empty()) {
        for (const auto& [name, value] : figures) collected.figures.push_back({name, {}});
      }
      for (std::size_t k = 0; k < figures.size(); ++k) {
        collected.figures[k].second.push_back(figures[k].second);
      }
    }
    all.push_back(std::move(collected));
  }
  return all;
}

ReportTable table_of(const std::vector<MethodFigures>& methods) {
  ReportTable table;
  table.header = {"method"};
  for (const auto& [name, values] : methods.front().figures) table.header.push_back(name);
  for (const MethodFigures& method : methods) {
    std::vector<std::string> row = {method.method};
    for (const auto& [name, values] : method.figures) {
      const double deviation = standard_deviation(values);
      row.push_back(format_number(mean(values)) +
                    (std::isfinite(deviation) ? " ± " + format_number(deviation) : ""));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

nlohmann::ordered_json json_of(const CompareConfig& config,
                               const std::vector<MethodFigures>& methods,
                               const std::string& command) {
  nlohmann::ordered_json json;
  json["title"] = config.title;
  json["command"] = command;
  json["version"] = version_line();
  json["budget"] = config.budget;
  json["budget_kind"] = config.budget_kind;
  json["seeds"] = config.seeds;
  for (const MethodFigures& method : methods) {
    auto& figures = json["methods"][method.method];
    for (const auto& [name, values] : method.figures) {
      figures[name] = {
          {"mean", mean(values)}, {"deviation", standard_deviation(values)}, {"by_seed", values}};
    }
  }
  return json;
}

// Scores of the best objects are not informative on a grid, whose modes are all known.
bool has_structure(const ComparedRun& run) {
  return task_kind(run.config.environment.name).has_structure;
}

std::vector<CurvePlan> visit_curves(bool molecules) {
  std::vector<CurvePlan> plans;
  if (molecules) {
    plans = {
        {"Best 100", "Mean score of the best 100 distinct objects visited so far.", "top_100",
         false},
        {"Best 10", "Mean score of the best 10 distinct objects visited so far.", "top_10", false},
        {"Modes", "Different good objects found so far.", "modes", false}};
  }
  plans.push_back({"Mean score", "Of the objects visited in an interval.", "mean_score", false});
  plans.push_back(
      {"Unique", "Share of all visits that were to a new object.", "unique_share", false});
  return plans;
}

}  // namespace

RunFigures run_figures(const ComparedRun& run) {
  const RunPaths paths(run.folder);
  const CsvTable metrics = read_csv(paths.metrics());
  RunFigures figures;
  figures.emplace_back("trajectories", last_number_of(metrics, "trajectories"));
  figures.emplace_back("reward_calls", last_number_of(metrics, "reward_calls"));
  figures.emplace_back("mean_score", last_number_of(metrics, "mean_score"));
  if (has_structure(run)) add_molecule_figures(run, metrics, figures);
  if (run.config.metrics.exact) {
    const CsvTable exact = read_csv(paths.exact());
    for (const char* column :
         {"tv", "jsd", "l1_visited", "l1_floor", "modes_found", "log_z_error"}) {
      figures.emplace_back(column, last_number_of(exact, column));
    }
  }
  return figures;
}

nlohmann::ordered_json write_comparison(const CompareConfig& config,
                                        const std::vector<ComparedRun>& runs,
                                        const std::filesystem::path& folder,
                                        const std::string& command) {
  const std::vector<MethodFigures> figures = collect(config, runs);
  const nlohmann::ordered_json json = json_of(config, figures, command);
  write_file_atomically(folder / "compare.json", json.dump(2) + "\n");

  ReportData report;
  report.title = config.title;
  report.subtitle =
      fmt::format("{} methods, {} seeds, {} {} each", config.methods.size(), config.seeds.size(),
                  format_count(config.budget),
                  config.budget_kind == "reward_calls" ? "reward calls" : "trajectories");
  report.curves = curves_of(config, read_tables(runs, /*exact=*/false),
                            visit_curves(/*molecules=*/has_structure(runs.front())));
  if (runs.front().config.metrics.exact) {
    std::vector<Curve> exact = curves_of(
        config, read_tables(runs, /*exact=*/true),
        {{"Total variation",
          "Half the summed difference between the policy's exact distribution and R / Z.", "tv",
          true},
         {"L1 of visits",
          "Summed difference between R / Z and the shares of the second half of all visits.",
          "l1_visited", true},
         {"Modes found", "Of the grid, among all visits.", "modes_found", false},
         {"log Z error", "Learned minus exact.", "log_z_error", false}});
    report.curves.insert(report.curves.begin(), exact.begin(), exact.end());
  }
  report.curves_explanation =
      "Lines are means over the seeds, bands reach from the smallest to the largest.";
  report.heat_maps = heat_maps_of(runs);
  report.evaluation = table_of(figures);
  report.statements = {
      "Table: mean ± standard deviation over the seeds (n - 1).",
      "Visits: new trajectories, or the objects of Markov chains after each move. Reward calls: "
      "distinct objects scored."};
  report.provenance = {{"version", version_line()}, {"command", command}};
  report.config = print_comparison(config);
  write_file_atomically(folder / "report.html", render_report(report));
  return json;
}

}  // namespace fragflow
