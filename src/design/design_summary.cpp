#include "src/design/design_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kColumns = 98;
constexpr std::size_t kShownCandidates = 10;

// Lines of at most kColumns; the first begins with `first`, the others with as many spaces.
std::string wrapped(const std::string& first, const std::string& text) {
  const std::string indent(first.size(), ' ');
  std::string out, line = first;
  bool fresh = true;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!fresh && line.size() + 1 + word.size() > kColumns) {
      out += line + "\n";
      line = indent;
      fresh = true;
    }
    line += fresh ? word : " " + word;
    fresh = false;
  }
  return out + line + "\n";
}

double number(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_number() ? object[key].get<double>() : NAN;
}

std::string text(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

// "1 compound", "1,017 compounds"; {:L} would depend on the locale.
std::string counted(double value, const std::string& noun, const std::string& nouns) {
  std::string digits = fmt::format("{:.0f}", value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return fmt::format("{} {}", digits, value == 1 ? noun : nouns);
}

std::string delimiter_name(const std::string& delimiter) {
  if (delimiter == "\n") return "an SDF";
  if (delimiter == " ") return "a list";
  if (delimiter == ";") return "semicolon separated";
  return delimiter == "\t" ? "tab separated" : "comma separated";
}

std::string left_out(const Json& table) {
  std::vector<std::string> parts;
  const auto add_count = [&](double count, const char* noun, const char* nouns) {
    if (count > 0) parts.push_back(counted(count, noun, nouns));
  };
  const Json rejected = table.value("rejected", Json::object());
  const auto add = [&](const char* kind, const char* noun, const char* nouns) {
    add_count(number(rejected, kind), noun, nouns);
  };
  add_count(number(table, "filtered"), "row by --where", "rows by --where");
  add("censored", "bound of a measured compound, or that cannot be read",
      "bounds of measured compounds, or that cannot be read");
  add("value", "value that is missing or no number", "values that are missing or no number");
  add("unit", "value in a unit that does not fit", "values in units that do not fit");
  add("flagged", "value that ChEMBL doubts", "values that ChEMBL doubts");
  add("structure", "structure that cannot be read", "structures that cannot be read");
  add("fields", "row with more fields than the header", "rows with more fields than the header");
  return join(parts);
}

// A section's title, with what it is about where there are several.
std::string title_of(const char* title, const std::string& subject) {
  return subject.empty() ? fmt::format("\n{}\n", title) : fmt::format("\n{}: {}\n", title, subject);
}

std::string data_section(const Json& table, const std::string& subject) {
  const bool potency = table.value("in_potency", false);
  std::string out = title_of("DATA", subject);
  out += wrapped(
      "  ", fmt::format("{} read ({}), {} used.", counted(number(table, "rows"), "row", "rows"),
                        delimiter_name(text(table, "delimiter")),
                        counted(number(table, "molecules"), "compound", "compounds")));
  for (const Json& remark : table.value("remarks", Json::array())) {
    out += wrapped("  ", fmt::format("The file: {}.", remark.get<std::string>()));
  }
  const std::string dropped = left_out(table);
  if (!dropped.empty()) {
    out += wrapped("  ", fmt::format("Left out: {}. Each with its reason: rejected{}.csv.", dropped,
                                     text(table, "key").empty() ? "" : "_" + text(table, "key")));
  }
  if (number(table, "bounded") > 0) {
    out += wrapped("  ", fmt::format("{} of {} that {} not measured: bounds{}.csv.",
                                     counted(number(table, "bound_rows"), "bound (\">\" or \"<\")",
                                             "bounds (\">\" or \"<\")"),
                                     counted(number(table, "bounded"), "compound", "compounds"),
                                     number(table, "bounded") == 1 ? "was" : "were",
                                     text(table, "key").empty() ? "" : "_" + text(table, "key")));
  }
  if (number(table, "merged") > 0) {
    out += wrapped(
        "  ", fmt::format("{} repeat a compound: the median counts; {} differ by more than {:.2g}.",
                          counted(number(table, "merged"), "row", "rows"),
                          counted(number(table, "conflicts"), "compound", "compounds"),
                          number(table, "conflict_spread")));
  }
  out += wrapped("  ", "Structures: " + text(table, "standardised") + ".");
  const std::string unit = text(table, "unit") == "p" ? "p-units" : text(table, "unit");
  // An objective says itself what is better.
  const std::string way =
      table.contains("wanted")
          ? ""
          : fmt::format("; {} values are better ({})",
                        table.value("higher_is_better", true) ? "higher" : "lower",
                        text(table, "direction_source"));
  out += wrapped(
      "  ",
      fmt::format(
          "Activity: column '{}'{}{}{}.", text(table["columns"], "target"),
          unit.empty() ? "" : fmt::format(" in {} (from {})", unit, text(table, "unit_source")),
          potency && unit != "p-units" ? ", learned as -log10 of the molar concentration" : "",
          way));
  for (const Json& note : table.value("notes", Json::array())) {
    out += wrapped("  ", note.get<std::string>());
  }
  out += wrapped(
      "  ", fmt::format("Range {:.4g} to {:.4g}, median {:.4g}; {}.", number(table, "min"),
                        number(table, "max"), number(table, "median"),
                        counted(number(table, "scaffolds"), "ring framework", "ring frameworks")));
  return out;
}

std::string model_name(const std::string& model) {
  return model == "gp"       ? "Gaussian process"
         : model == "forest" ? "Random forest"
                             : "Ensemble of graph networks";
}

// Motifs of the best quarter (design_motifs.hpp), those at least 90 % share with the candidates'.
std::vector<std::string> motif_sentences(const DesignFacts& facts) {
  std::vector<std::string> lines;
  const Json motifs = facts.table.value("motifs", Json::object());
  for (const Json& motif : motifs.value("list", Json::array())) {
    std::string line = fmt::format("{}: {:.1f} % of the best quarter, {:.1f} % of all compounds",
                                   text(motif, "name"), 100 * number(motif, "among_actives"),
                                   100 * number(motif, "among_all"));
    for (const Json& kept : facts.shortlist.value("motifs", Json::array())) {
      if (text(kept, "name") != text(motif, "name")) continue;
      line += fmt::format(", {:.0f} % of the shortlist", 100 * number(kept, "among_candidates"));
    }
    lines.push_back(line);
  }
  return lines;
}

std::string motif_section(const DesignFacts& facts) {
  const std::vector<std::string> lines = motif_sentences(facts);
  std::string out;
  for (const std::string& line : lines) out += wrapped("  - ", line);
  const Json core =
      facts.config.is_object() ? facts.config.value("core", Json::array()) : Json::array();
  for (const Json& smarts : core) out += wrapped("  Kept: ", smarts.get<std::string>());
  if (out.empty()) return "";
  return "\nWHAT MOST OF THE BEST COMPOUNDS SHARE\n" + out;
}

std::string second_sentence(const DesignFacts& facts) {
  const Json& list = facts.shortlist;
  const double second = number(list, "second_mean");
  if (std::isnan(second)) return "";
  const std::string kind = text(facts.proxy, "check_model");
  std::string line = fmt::format(
      "Second opinion ({}): {:.2f} on average for the shortlist, where the model of the reward "
      "says {:.2f}; median of the table {:.2f}",
      kind == "forest" ? "random forest, which does not extrapolate" : "another model", second,
      number(list, "mean_prediction"), number(facts.table, "median"));
  const double actives = number(list, "second_of_actives");
  if (!std::isnan(actives)) line += fmt::format(", of its best quarter it says {:.2f}", actives);
  const double correlation = number(list, "second_correlation");
  if (!std::isnan(correlation)) {
    line +=
        fmt::format(". Rank correlation of the two over {}: {:.2f}",
                    counted(number(list, "candidates"), "candidate", "candidates"), correlation);
  }
  return line + ".";
}

// What the model did with the bounds; "" without any.
std::string bounds_sentence(const Json& proxy) {
  const Json bounds = proxy.value("bounds", Json::object());
  if (bounds.empty()) return "";
  const double learned = number(bounds, "met_learn"), left_out = number(bounds, "met_left_out");
  const std::string count = counted(number(bounds, "count"), "bound", "bounds");
  if (text(proxy, "model") != "gp") {
    return fmt::format("{} left out: only a Gaussian process learns from them (--model gp).",
                       count);
  }
  const auto percent = [](double share) { return fmt::format("{:.0f} %", 100 * share); };
  std::string shares;
  if (!std::isnan(learned)) {
    shares = fmt::format(
        "; of held-out bounds the model keeps {} if it learns from the others, {} "
        "without (new scaffolds)",
        percent(learned), percent(left_out));
  }
  return fmt::format("{} {}{}.", count,
                     bounds.value("learned", false) ? "learned from, as bounds" : "left out",
                     shares);
}

std::string model_section(const DesignFacts& facts, const std::string& subject) {
  const Json& proxy = facts.proxy;
  const bool potency = facts.table.value("in_potency", false);
  const double r2 = number(proxy, "scaffold_r2"), rmse = number(proxy, "scaffold_rmse");
  std::string out = title_of("MODEL OF ACTIVITY", subject);
  out += wrapped("  ", fmt::format("{}; 5-fold cross-validation: R2 {:.2f}, RMSE {:.2f} on random "
                                   "folds; R2 {:.2f}, RMSE {:.2f} on new scaffolds.",
                                   model_name(text(proxy, "model")), number(proxy, "random_r2"),
                                   number(proxy, "random_rmse"), r2, rmse));
  out += wrapped("  ", quality_in_words(r2, rmse, potency));
  const std::string bounds = bounds_sentence(proxy);
  if (!bounds.empty()) out += wrapped("  ", bounds);
  if (proxy.value("check", false)) {
    out += wrapped(
        "  ",
        fmt::format("It was fitted on one half of the compounds; a second model{}, fitted on the "
                    "other half, never enters the reward and judges the candidates "
                    "(second_prediction{}).",
                    text(proxy, "check_model") == "forest" ? " (a random forest)" : "",
                    text(facts.table, "key").empty() ? "" : "_" + text(facts.table, "key")));
  }
  return out;
}

std::string candidate_line(const Json& entry) {
  const std::string nearest = text(entry, "nearest_name");
  return fmt::format("  {:>4}  {:5.3f}  {:5.2f} +- {:4.2f}  {:>6}  {:4.2f}  {}\n",
                     number(entry, "rank"), number(entry, "score"), number(entry, "prediction"),
                     number(entry, "uncertainty"),
                     entry["second_prediction"].is_number()
                         ? fmt::format("{:.2f}", number(entry, "second_prediction"))
                         : "-",
                     number(entry, "nearest_similarity"), text(entry, "smiles"));
}

// How training went.
std::string training_lines(const DesignFacts& facts) {
  const Json& train = facts.train;
  std::string out;
  out += wrapped(
      "  ", fmt::format("{} ({}); the mean score of a batch went from {:.3f} to {:.3f}. "
                        "{} drawn, {:.0f} % of them distinct.",
                        counted(number(train, "steps"), "training step", "training steps"),
                        counted(number(train, "trajectories"), "molecule made", "molecules made"),
                        number(train, "first_score"), number(train, "last_score"),
                        counted(number(train, "samples"), "sample", "samples"),
                        100 * number(train, "unique")));
  const std::string early = train.value("stop_reason", "");
  if (!early.empty()) out += wrapped("  ", "Training ended early: " + early + ".");
  return out;
}

std::string candidates_section(const DesignFacts& facts) {
  const Json& list = facts.shortlist;
  std::string out = "\nCANDIDATES\n" + training_lines(facts);
  out += wrapped(
      "  ",
      fmt::format("Shortlist: {} of {} new molecules, {}; known compounds that came up again: {} "
                  "(left out). "
                  "Predicted activity: median {:.3g}, best {:.3g} (compounds of the table: at "
                  "best {:.3g}). Median similarity to the nearest known compound {:.2f}.",
                  number(list, "count"), number(list, "candidates"),
                  counted(number(list, "scaffolds"), "ring framework", "ring frameworks"),
                  number(list, "known"), number(list, "median_prediction"),
                  number(list, "best_prediction"), number(list, "best_known"),
                  number(list, "median_similarity")));
  const std::string second = second_sentence(facts);
  if (!second.empty()) out += wrapped("  ", second);
  out += "\n  rank  score  predicted      second  near  structure\n";
  for (std::size_t i = 0; i < std::min(kShownCandidates, list["molecules"].size()); ++i) {
    out += candidate_line(list["molecules"][i]);
  }
  out += wrapped("  ",
                 "second: prediction of the second model; near: Tanimoto similarity (Morgan 2) to "
                 "the nearest known compound.");
  return out;
}

// What is wanted, and where the score of it begins and ends.
std::string objective_section(const DesignFacts& facts) {
  std::string out = "\nOBJECTIVE\n";
  for (const Json& clause : facts.config.value("clauses", Json::array())) {
    const double low = number(clause, "low"), high = number(clause, "high");
    const std::string scale =
        text(clause, "transform") == "double_sigmoid"
            ? fmt::format("half the score at {:.4g} and {:.4g}, all of it between", low, high)
            : fmt::format("half the score at {:.4g}, all of it from {:.4g} on", 0.5 * (low + high),
                          high);
    const bool negative = clause.value("negative", false);
    out +=
        wrapped("  - ", fmt::format("{}: {}{} ({}).", text(clause, "text"), scale,
                                    negative ? " of the negative" : "", text(clause, "component")));
  }
  out += wrapped(
      "  ", fmt::format("{} of {} have all values. The best quarter by the objective is what "
                        "fragments come from and what is in the sampler's memory: {} of its {} by "
                        "measured values alone, the others with the models' cautious predictions "
                        "for what was not measured.",
                        counted(number(facts.table, "all_measured"), "compound", "compounds"),
                        counted(number(facts.table, "molecules"), "compound", "compounds"),
                        number(facts.vocabulary, "actives_measured"),
                        counted(number(facts.vocabulary, "actives"), "compound", "compounds")));
  return out;
}

std::string objective_line(const Json& entry, const Json& targets) {
  std::string line = fmt::format("  {:>4}  {:5.3f}", number(entry, "rank"), number(entry, "score"));
  for (const Json& target : targets) {
    const std::string own = text(target, "key").empty() ? "" : "_" + text(target, "key");
    const double second = number(entry, ("second_prediction" + own).c_str());
    line += fmt::format("  {:5.2f} +- {:4.2f} {:>6}", number(entry, ("prediction" + own).c_str()),
                        number(entry, ("uncertainty" + own).c_str()),
                        std::isnan(second) ? "-" : fmt::format("{:.2f}", second));
  }
  return line +
         fmt::format("  {:4.2f}  {}\n", number(entry, "nearest_similarity"), text(entry, "smiles"));
}

std::string objective_candidates(const DesignFacts& facts) {
  const Json& list = facts.shortlist;
  std::string out = "\nCANDIDATES\n" + training_lines(facts);
  out += wrapped(
      "  ", fmt::format("Shortlist: {} of {} new molecules, {}; known compounds that "
                        "came up again: {} (left out). Median similarity to the "
                        "nearest known compound {:.2f}.",
                        number(list, "count"), number(list, "candidates"),
                        counted(number(list, "scaffolds"), "ring framework", "ring frameworks"),
                        number(list, "known"), number(list, "median_similarity")));
  std::string header = "\n  rank  score";
  std::vector<std::string> columns;
  const Json& targets = list["targets"];
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const DesignFacts own = facts_of_target(facts, t);
    out += wrapped(
        "  - ",
        fmt::format("{}: predicted median {:.3g}, best {:.3g} (compounds of "
                    "the table: {:.3g}).",
                    text(targets[t], "name"), number(targets[t], "median_prediction"),
                    number(targets[t], "best_prediction"), number(targets[t], "best_known")));
    const std::string second = second_sentence(own);
    if (!second.empty()) out += wrapped("    ", second);
    const std::string number_of = targets.size() > 1 ? fmt::format("({})", t + 1) : "predicted";
    header += fmt::format("  {:<13} {:>6}", number_of, "second");
    columns.push_back(fmt::format("({}) {}", t + 1, text(targets[t], "name")));
  }
  out += header + "  near  structure\n";
  for (std::size_t i = 0; i < std::min(kShownCandidates, list["molecules"].size()); ++i) {
    out += objective_line(list["molecules"][i], targets);
  }
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
  if (!has_targets(facts)) {
    const std::string second = second_sentence(facts);
    if (!second.empty()) lines.push_back(second);
    return lines;
  }
  for (std::size_t t = 0; t < facts.table["targets"].size(); ++t) {
    const DesignFacts own = facts_of_target(facts, t);
    const std::string second = second_sentence(own);
    if (!second.empty()) lines.push_back(text(own.shortlist, "name") + ": " + second);
  }
  return lines;
}

bool has_targets(const DesignFacts& facts) { return facts.table.contains("targets"); }

DesignFacts facts_of_target(const DesignFacts& facts, std::size_t target) {
  DesignFacts own = facts;
  own.table = facts.table["targets"][target];
  own.proxy = facts.proxy["targets"][target];
  own.shortlist = facts.shortlist["targets"][target];
  for (const char* key : {"count", "candidates"}) own.shortlist[key] = facts.shortlist[key];
  const int better = own.shortlist["better"].get<int>();
  own.table["higher_is_better"] = better >= 0;
  return own;
}

std::string design_summary(const DesignFacts& facts, const std::vector<std::string>& warnings,
                           const std::string& folder) {
  std::string out = fmt::format("DESIGN in {}\n", folder);
  const std::string fragments = "\nFRAGMENTS\n" + wrapped("  ", text(facts.vocabulary, "summary"));
  if (!has_targets(facts)) {
    out += data_section(facts.table, "") + fragments + model_section(facts, "") +
           motif_section(facts) + candidates_section(facts);
  } else {
    std::string models;
    for (std::size_t t = 0; t < facts.table["targets"].size(); ++t) {
      const DesignFacts own = facts_of_target(facts, t);
      out += data_section(own.table, text(own.shortlist, "name"));
      models += model_section(own, text(own.shortlist, "name"));
    }
    out += models + objective_section(facts) + fragments + motif_section(facts) +
           objective_candidates(facts);
  }
  out += "\nWHEN NOT TO TRUST THIS\n";
  for (const std::string& warning : warnings) out += wrapped("  - ", warning);
  if (warnings.empty()) {
    out += wrapped("  ", "None of the checks (docs/shortlist.md) raised a warning.");
  }
  const char* const route =
      facts.shortlist.value("routes", false)
          ? "solubility were not judged; routes follow patterns of groups (docs/synthesis.md)."
          : "solubility and a synthesis route were not judged.";
  out += wrapped(
      "  ", fmt::format("In any case: predictions are of {} toxicity, {} {}",
                        has_targets(facts) ? "the activities above only;"
                                           : "one assay's activity only; selectivity,",
                        route,
                        has_targets(facts) ? "The errors of two models add up in a difference. "
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
      folder, has_targets(facts) ? "table*.csv" : "table.csv ",
      has_targets(facts) ? "bounds*.csv, rejected*.csv" : "bounds.csv, rejected.csv  ", folder);
  return out;
}

}  // namespace fragflow
