#include "src/design/design_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/base/text.hpp"
#include "src/design/design_words.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kShownCandidates = 10;

std::string delimiter_name(const std::string& delimiter) {
  if (delimiter == "\n") return "an SDF";
  if (delimiter == " ") return "a list";
  if (delimiter == ";") return "semicolon separated";
  return delimiter == "\t" ? "tab separated" : "comma separated";
}

std::string left_out(const TableFacts& table) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, const char* noun, const char* nouns) {
    if (count > 0) parts.push_back(counted(count, noun, nouns));
  };
  const RejectedFacts& rejected = table.rejected;
  add(table.filtered, "row by --where", "rows by --where");
  add(rejected.censored, "bound of a measured compound, or that cannot be read",
      "bounds of measured compounds, or that cannot be read");
  add(rejected.value, "value that is missing or no number", "values that are missing or no number");
  add(rejected.unit, "value in a unit that does not fit", "values in units that do not fit");
  add(rejected.flagged, "value that ChEMBL doubts", "values that ChEMBL doubts");
  add(rejected.structure, "structure that cannot be read", "structures that cannot be read");
  add(rejected.fields, "row with more fields than the header",
      "rows with more fields than the header");
  return join(parts);
}

// A section's title, with its subject if there are several.
std::string title_of(const char* title, const std::string& subject) {
  return subject.empty() ? fmt::format("\n{}\n", title) : fmt::format("\n{}: {}\n", title, subject);
}

// The suffix of the names of an activity's own files.
std::string ending(const ActivityFacts& activity) {
  return activity.key.empty() ? "" : "_" + activity.key;
}

// With an objective, the objective says what is better.
std::string data_section(const ActivityFacts& activity, bool has_objective) {
  const TableFacts& table = activity.table;
  std::string out = title_of("DATA", activity.name);
  out += wrapped("  ", fmt::format("{} read ({}), {} used.", counted(table.rows, "row", "rows"),
                                   delimiter_name(table.delimiter),
                                   counted(table.molecules, "compound", "compounds")));
  for (const std::string& remark : table.remarks) {
    out += wrapped("  ", fmt::format("The file: {}.", remark));
  }
  const std::string dropped = left_out(table);
  if (!dropped.empty()) {
    out += wrapped("  ", fmt::format("Left out: {}. Each with its reason: rejected{}.csv.", dropped,
                                     ending(activity)));
  }
  if (table.bounded > 0) {
    out += wrapped("  ", fmt::format("{} of {} that {} not measured: bounds{}.csv.",
                                     counted(table.bound_rows, "bound (\">\" or \"<\")",
                                             "bounds (\">\" or \"<\")"),
                                     counted(table.bounded, "compound", "compounds"),
                                     table.bounded == 1 ? "was" : "were", ending(activity)));
  }
  if (table.merged > 0) {
    out += wrapped(
        "  ",
        fmt::format("{} repeat a compound: the median counts; {} differ by more than {:.2g}.",
                    counted(table.merged, "row", "rows"),
                    counted(table.conflicts, "compound", "compounds"), table.conflict_spread));
  }
  out += wrapped("  ", "Structures: " + table.standardised + ".");
  const std::string unit = table.unit == "p" ? "p-units" : table.unit;
  const std::string way = has_objective ? ""
                                        : fmt::format("; {} values are better ({})",
                                                      table.higher_is_better ? "higher" : "lower",
                                                      table.direction_source);
  out += wrapped(
      "  ",
      fmt::format("Activity: column '{}'{}{}{}.", table.columns.target,
                  unit.empty() ? "" : fmt::format(" in {} (from {})", unit, table.unit_source),
                  table.in_potency && unit != "p-units"
                      ? ", learned as -log10 of the molar concentration"
                      : "",
                  way));
  for (const std::string& note : table.notes) out += wrapped("  ", note);
  out += wrapped("  ", fmt::format("Range {:.4g} to {:.4g}, median {:.4g}; {}.", table.min,
                                   table.max, table.median,
                                   counted(table.scaffolds, "ring framework", "ring frameworks")));
  return out;
}

std::string model_name(const std::string& model) {
  return model == "gp"       ? "Gaussian process"
         : model == "forest" ? "Random forest"
                             : "Ensemble of graph networks";
}

// Motifs of the best quarter (design_motifs.hpp); those in at least 90 % also for the candidates.
std::vector<std::string> motif_sentences(const DesignFacts& facts) {
  std::vector<std::string> lines;
  for (const MotifFact& motif : facts.motifs.list) {
    std::string line = fmt::format("{}: {:.1f} % of the best quarter, {:.1f} % of all compounds",
                                   motif.name, 100 * motif.among_actives, 100 * motif.among_all);
    for (const KeptMotif& kept : facts.kept) {
      if (kept.name != motif.name) continue;
      line += fmt::format(", {:.0f} % of the shortlist", 100 * kept.among_candidates);
    }
    lines.push_back(line);
  }
  return lines;
}

std::string motif_section(const DesignFacts& facts) {
  std::string out;
  for (const std::string& line : motif_sentences(facts)) out += wrapped("  - ", line);
  for (const std::string& smarts : facts.core) out += wrapped("  Kept: ", smarts);
  if (out.empty()) return "";
  return "\nWHAT MOST OF THE BEST COMPOUNDS SHARE\n" + out;
}

// The second model's view of the list; "" without one.
std::string second_sentence(const ActivityFacts& activity, const ListFacts& list) {
  const PredictionFacts& predictions = activity.predictions;
  if (!predictions.second_mean) return "";
  std::string line = fmt::format(
      "Second opinion ({}): {:.2f} on average for the shortlist, where the model of the reward "
      "says {:.2f}; median of the table {:.2f}",
      activity.proxy.check_model == "forest" ? "random forest, which does not extrapolate"
                                             : "another model",
      *predictions.second_mean, predictions.mean_prediction, activity.table.median);
  if (predictions.second_of_actives) {
    line += fmt::format(", of its best quarter it says {:.2f}", *predictions.second_of_actives);
  }
  if (!std::isnan(predictions.second_correlation)) {
    line += fmt::format(
        ". Rank correlation of the two over {}: {:.2f}",
        counted(list.compared > 0 ? list.compared : list.candidates, "candidate", "candidates"),
        predictions.second_correlation);
  }
  return line + ".";
}

// The model's use of bounds; "" without any.
std::string bounds_sentence(const ProxyFacts& proxy) {
  if (!proxy.bounds) return "";
  const BoundsFacts& bounds = *proxy.bounds;
  const std::string count = counted(bounds.count, "bound", "bounds");
  if (proxy.model != "gp") {
    return fmt::format("{} left out: only a Gaussian process learns from them (--model gp).",
                       count);
  }
  const auto percent = [](double share) { return fmt::format("{:.0f} %", 100 * share); };
  std::string shares;
  if (bounds.met_learn && bounds.met_left_out) {
    shares = fmt::format(
        "; of held-out bounds the model keeps {} if it learns from the others, {} "
        "without (new scaffolds)",
        percent(*bounds.met_learn), percent(*bounds.met_left_out));
  }
  return fmt::format("{} {}{}.", count, bounds.learned ? "learned from, as bounds" : "left out",
                     shares);
}

std::string model_section(const ActivityFacts& activity) {
  const ProxyFacts& proxy = activity.proxy;
  std::string out = title_of("MODEL OF ACTIVITY", activity.name);
  out += wrapped("  ", fmt::format("{}; 5-fold cross-validation: R2 {:.2f}, RMSE {:.2f} on random "
                                   "folds; R2 {:.2f}, RMSE {:.2f} on new scaffolds.",
                                   model_name(proxy.model), proxy.random_r2, proxy.random_rmse,
                                   proxy.scaffold_r2, proxy.scaffold_rmse));
  out += wrapped(
      "  ", quality_in_words(proxy.scaffold_r2, proxy.scaffold_rmse, activity.table.in_potency));
  const std::string bounds = bounds_sentence(proxy);
  if (!bounds.empty()) out += wrapped("  ", bounds);
  if (proxy.check) {
    out += wrapped(
        "  ",
        fmt::format("It was fitted on one half of the compounds; a second model{}, fitted on the "
                    "other half, never enters the reward and judges the candidates "
                    "(second_prediction{}).",
                    proxy.check_model == "forest" ? " (a random forest)" : "", ending(activity)));
  }
  return out;
}

// gap: before the second model's predictions.
std::string candidate_line(const CandidateFacts& entry, std::size_t rank, const char* gap) {
  std::string line = fmt::format("  {:>4}  {:5.3f}", rank, entry.score);
  for (const CandidateFacts::Prediction& prediction : entry.predictions) {
    line +=
        fmt::format("  {:5.2f} +- {:4.2f}{}{:>6}", prediction.mean, prediction.deviation, gap,
                    std::isnan(prediction.second) ? "-" : fmt::format("{:.2f}", prediction.second));
  }
  return line + fmt::format("  {:4.2f}  {}\n", entry.nearest_similarity, entry.smiles);
}

std::string candidate_lines(const DesignFacts& facts, const char* gap) {
  std::string out;
  for (std::size_t i = 0; i < std::min(kShownCandidates, facts.candidates.size()); ++i) {
    out += candidate_line(facts.candidates[i], i + 1, gap);
  }
  return out;
}

// How training went.
std::string training_lines(const DesignFacts& facts) {
  const TrainFacts& train = facts.train;
  std::string out =
      wrapped("  ", fmt::format("{} ({}), the first of them with a mean score of {:.3f}. {} drawn, "
                                "{:.0f} % of them distinct, with a mean score of {:.3f}.",
                                counted(train.steps, "training step", "training steps"),
                                counted(train.trajectories, "molecule made", "molecules made"),
                                train.first_score, counted(train.samples, "sample", "samples"),
                                100 * train.unique, train.mean_score));
  if (!train.stop_reason.empty()) {
    out += wrapped("  ", "Training ended early: " + train.stop_reason + ".");
  }
  return out;
}

std::string candidates_section(const DesignFacts& facts) {
  const ListFacts& list = facts.list;
  const ActivityFacts& activity = facts.activities.front();
  const PredictionFacts& predictions = activity.predictions;
  std::string out = "\nCANDIDATES\n" + training_lines(facts);
  out += wrapped(
      "  ",
      fmt::format("Shortlist: {} of {}, {}; known compounds that came up again: {} "
                  "(left out). "
                  "Predicted activity: median {:.3g}, best {:.3g} (compounds of the table: at "
                  "best {:.3g}). Median similarity to the nearest known compound {:.2f}.",
                  list.count, counted(list.candidates, "new molecule", "new molecules"),
                  counted(list.scaffolds, "ring framework", "ring frameworks"), list.known,
                  predictions.median_prediction, predictions.best_prediction,
                  predictions.best_known, list.median_similarity));
  const std::string second = second_sentence(activity, list);
  if (!second.empty()) out += wrapped("  ", second);
  out += "\n  rank  score  predicted      second  near  structure\n" + candidate_lines(facts, "  ");
  out += wrapped("  ",
                 "second: prediction of the second model; near: Tanimoto similarity (Morgan 2) to "
                 "the nearest known compound.");
  return out;
}

// The objective, and the range in which its score rises.
std::string objective_section(const DesignFacts& facts) {
  const ObjectiveFacts& objective = *facts.objective;
  std::string out = "\nOBJECTIVE\n";
  for (const ClauseFacts& clause : objective.clauses) {
    const auto [low, high] = clause.window;
    const std::string scale =
        clause.transform == "double_sigmoid"
            ? fmt::format("half the score at {:.4g} and {:.4g}, all of it between", low, high)
            : fmt::format("half the score at {:.4g}, all of it from {:.4g} on", 0.5 * (low + high),
                          high);
    out +=
        wrapped("  - ", fmt::format("{}: {}{} ({}).", clause.text, scale,
                                    clause.negative ? " of the negative" : "", clause.component));
  }
  out += wrapped(
      "  ",
      fmt::format("{} of {} have all values. The best quarter by the objective is what "
                  "fragments come from and what is in the sampler's memory: {} of its {} by "
                  "measured values alone, the others with the models' cautious predictions "
                  "for what was not measured.",
                  counted(objective.all_measured, "compound", "compounds"),
                  counted(objective.molecules, "compound", "compounds"), objective.actives_measured,
                  counted(objective.actives, "compound", "compounds")));
  return out;
}

std::string objective_candidates(const DesignFacts& facts) {
  const ListFacts& list = facts.list;
  std::string out = "\nCANDIDATES\n" + training_lines(facts);
  out += wrapped(
      "  ", fmt::format("Shortlist: {} of {}, {}; known compounds that "
                        "came up again: {} (left out). Median similarity to the "
                        "nearest known compound {:.2f}.",
                        list.count, counted(list.candidates, "new molecule", "new molecules"),
                        counted(list.scaffolds, "ring framework", "ring frameworks"), list.known,
                        list.median_similarity));
  std::string header = "\n  rank  score";
  std::vector<std::string> columns;
  const std::vector<ActivityFacts>& activities = facts.activities;
  for (std::size_t t = 0; t < activities.size(); ++t) {
    const PredictionFacts& predictions = activities[t].predictions;
    out += wrapped("  - ", fmt::format("{}: predicted median {:.3g}, best {:.3g} (compounds of "
                                       "the table: {:.3g}).",
                                       activities[t].name, predictions.median_prediction,
                                       predictions.best_prediction, predictions.best_known));
    const std::string second = second_sentence(activities[t], list);
    if (!second.empty()) out += wrapped("    ", second);
    const std::string number_of = activities.size() > 1 ? fmt::format("({})", t + 1) : "predicted";
    header += fmt::format("  {:<13} {:>6}", number_of, "second");
    columns.push_back(fmt::format("({}) {}", t + 1, activities[t].name));
  }
  out += header + "  near  structure\n" + candidate_lines(facts, " ");
  return out +
         wrapped("  ", fmt::format("{}; second: prediction of the second model; near: Tanimoto "
                                   "similarity (Morgan 2) to the nearest known compound.",
                                   join(columns)));
}

}  // namespace

std::string quality_in_words(double r2, double rmse, bool in_potency) {
  const std::string error = in_potency
                                ? fmt::format(
                                      "a prediction is typically off by a factor of {:.1f} in "
                                      "concentration",
                                      std::pow(10.0, rmse))
                                : fmt::format("a prediction is typically off by {:.3g}", rmse);
  const char* grade = r2 >= 0.7   ? "it ranks new series well"
                      : r2 >= 0.5 ? "it tells good series from bad ones"
                      : r2 >= 0.2 ? "it gives a hint, not more"
                                  : "it is of no use";
  return fmt::format("In plain words: {}; for a new scaffold {}.", grade, error);
}

std::vector<std::string> design_statements(const DesignFacts& facts) {
  std::vector<std::string> lines;
  for (const std::string& line : motif_sentences(facts)) {
    lines.push_back("Shared by most of the best compounds: " + line + ".");
  }
  for (const ActivityFacts& activity : facts.activities) {
    const std::string second = second_sentence(activity, facts.list);
    if (second.empty()) continue;
    lines.push_back(facts.objective ? activity.name + ": " + second : second);
  }
  return lines;
}

std::string design_summary(const DesignFacts& facts, const std::vector<std::string>& warnings,
                           const std::string& folder) {
  std::string out = fmt::format("DESIGN in {}\n", folder);
  const std::string fragments = "\nFRAGMENTS\n" + wrapped("  ", facts.fragments);
  const bool has_objective = facts.objective.has_value();
  std::string models;
  for (const ActivityFacts& activity : facts.activities) {
    out += data_section(activity, has_objective);
    models += model_section(activity);
  }
  out += has_objective ? models + objective_section(facts) + fragments : fragments + models;
  out += motif_section(facts);
  out += has_objective ? objective_candidates(facts) : candidates_section(facts);
  out += "\nWHEN NOT TO TRUST THIS\n";
  for (const std::string& warning : warnings) out += wrapped("  - ", warning);
  if (warnings.empty()) {
    out += wrapped("  ", "None of the checks (docs/shortlist.md) raised a warning.");
  }
  const char* const route =
      facts.list.routes
          ? "solubility were not judged; routes follow patterns of groups (docs/synthesis.md)."
          : "solubility and a synthesis route were not judged.";
  out +=
      wrapped("  ", fmt::format("In any case: predictions are of {} toxicity, {} {}",
                                has_objective ? "the activities above only;"
                                              : "one assay's activity only; selectivity,",
                                route,
                                has_objective ? "The errors of two models add up in a difference. "
                                                "Structures are without stereo."
                                              : "Structures are without stereo."));
  out += fmt::format(
      "\nFILES in {}\n"
      "  shortlist.csv, shortlist.sdf  the candidates, each with its predictions and neighbours\n"
      "  report.html                   figures, curves and drawings; open it in a browser\n"
      "  {}                    the measured compounds, as they were learned from\n"
      "  {}    those known by a bound only; rows that were left out, and why\n"
      "  design.toml                   the training configuration\n"
      "  run/                          the trained sampler: fragflow sample {}/run ...\n",
      folder, has_objective ? "table*.csv" : "table.csv ",
      has_objective ? "bounds*.csv, rejected*.csv" : "bounds.csv, rejected.csv  ", folder);
  return out;
}

}  // namespace fragflow
