#include <fmt/format.h>

#include <cmath>

#include "src/design/design_summary.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kUselessR2 = 0.2, kWeakR2 = 0.5;  // on scaffold folds
constexpr double kLargeOptimism = 0.25;            // random minus scaffold R2
constexpr std::int64_t kVeryFew = 50, kFew = 200;  // compounds
constexpr std::int64_t kFewBoth = 20;              // compounds with both values of a difference
constexpr double kNarrow = 1.5;                    // p-units between the 5th and 95th percentile
constexpr double kManyCensored = 0.25;             // share of the rows
constexpr double kManyConflicts = 0.2;             // share of the compounds measured twice or more
constexpr double kFarMedian = 0.4;                 // Tanimoto (Morgan 2) to the nearest compound
constexpr double kManyShare = 0.25;                // of the shortlist
constexpr double kNoAgreement = 0.1;               // rank correlation of the two models
constexpr double kLowUnique = 0.5;                 // share of the samples
constexpr double kSmallGain = 1.5;                 // mean score, last against first

// Reads as it goes: a figure that is absent is NaN and raises no warning.
double number(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_number() ? object[key].get<double>() : NAN;
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

// The distinct values of a column and their rows, commonest first: "IC50 (812 rows), Ki (33 rows)".
std::string shares_of(const Json& counts) {
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [name, count] : counts.items()) sorted.emplace_back(-count.get<int>(), name);
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 4); ++i) {
    text += fmt::format("{}{} ({} rows)", i > 0 ? ", " : "", sorted[i].second, -sorted[i].first);
  }
  return text + (sorted.size() > 4 ? ", ..." : "");
}

class Warnings {
 public:
  explicit Warnings(const DesignFacts& facts) : facts_(facts) {}

  std::vector<std::string> all() {
    model();
    data();
    distance();
    predictions();
    motifs();
    opinions();
    count();
    training();
    return std::move(list_);
  }

  // With several activities: what is of one of them,
  std::vector<std::string> of_target() {
    model();
    data();
    predictions();
    return std::move(list_);
  }
  // and what is of all.
  std::vector<std::string> of_all() {
    differences();
    distance();
    motifs();
    count();
    training();
    return std::move(list_);
  }

 private:
  template <typename... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) {
    list_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void model() {
    const double scaffold = number(facts_.proxy, "scaffold_r2");
    const double random = number(facts_.proxy, "random_r2");
    if (scaffold < kUselessR2) {
      warn(
          "THE MODEL OF ACTIVITY HARDLY PREDICTS: R2 {:.2f} on new scaffolds (0: no better than "
          "the mean). Do not use these candidates for their predicted activity; measure more "
          "compounds first.",
          scaffold);
    } else if (scaffold < kWeakR2) {
      warn(
          "The model of activity is weak: R2 {:.2f} on new scaffolds (below {}). Trust groups of "
          "similar candidates more than the order of single ones.",
          scaffold, kWeakR2);
    }
    if (scaffold >= kUselessR2 && random - scaffold > kLargeOptimism) {
      warn(
          "The model knows its own series better than new ones: R2 {:.2f} on random folds, {:.2f} "
          "on new scaffolds. Prefer candidates close to known compounds.",
          random, scaffold);
    }
    if (facts_.proxy.contains("drawn")) {
      warn(
          "The model of activity has learned from {} of the {} compounds only, drawn at random: "
          "--model-rows 0, without --quick, lets it learn from all (a Gaussian process from at "
          "most 10,000).",
          number(facts_.proxy, "drawn"), number(facts_.proxy, "drawn_from"));
    }
    if (!facts_.proxy.value("check", false)) {
      warn(
          "There is no second model to check the first against: the compounds are too few to "
          "divide.");
    }
  }

  void data() {
    const Json& table = facts_.table;
    const double molecules = number(table, "molecules");
    if (molecules < kVeryFew) {
      warn("Only {} compounds: cross-validation itself is a guess below about {}.", molecules,
           kVeryFew);
    } else if (molecules < kFew) {
      warn("Only {} compounds (fewer than {}): the figures of the model are uncertain.", molecules,
           kFew);
    }
    const double range = number(table, "p95") - number(table, "p05");
    if (table.value("in_potency", false) && range < kNarrow) {
      warn(
          "The activities span only {:.1f} log units (5th to 95th percentile; at least {} wanted): "
          "the model cannot tell much from noise.",
          range, kNarrow);
    }
    const bool learned = facts_.proxy.value("bounds", Json::object()).value("learned", false);
    const double unused = number(table.value("rejected", Json::object()), "censored") +
                          (learned ? 0 : number(table, "bound_rows"));
    const double censored = unused / number(table, "rows");
    if (censored > kManyCensored) {
      warn(
          "{} of the rows are bounds (\">\", \"<\") and were left out: the model has seen few "
          "inactive compounds and will promise too much.",
          percent(censored));
    }
    const double repeated = number(table, "repeated");
    if (repeated >= 5 && number(table, "conflicts") > kManyConflicts * repeated) {
      warn(
          "{} of {} compounds measured more than once disagree by more than {:.2g}: mixed assays, "
          "or stereoisomers (this program ignores stereo).",
          number(table, "conflicts"), repeated, number(table, "conflict_spread"));
    }
    mixed("types", "kinds of measurement", "type");
    mixed("assayed", "targets", "assayed");
  }

  void mixed(const char* key, const char* what, const char* column) {
    const Json& counts = facts_.table.value(key, Json::object());
    if (counts.size() < 2) return;
    warn(
        "The table mixes {} {}: {}. One model of all of them means little; choose with --where "
        "\"{}=...\".",
        counts.size(), what, shares_of(counts), facts_.table["columns"].value(column, ""));
  }

  void differences() {
    for (const Json& clause : facts_.config.value("clauses", Json::array())) {
      const double measured = number(clause, "measured_both");
      if (measured < kFewBoth) {
        warn(
            "Only {} compounds have both values of '{}' (fewer than {}): the difference of two "
            "models is hardly tested by what was measured.",
            measured, clause["text"].get<std::string>(), kFewBoth);
      }
    }
  }

  void distance() {
    const Json& list = facts_.shortlist;
    const double similarity = number(list, "median_similarity");
    if (similarity < kFarMedian) {
      warn(
          "The candidates are far from the training compounds: median Tanimoto {:.2f} to the "
          "nearest (Morgan 2; below {}). Predictions are extrapolations.",
          similarity, kFarMedian);
    }
  }

  void predictions() {
    const Json& list = facts_.shortlist;
    const double count = number(list, "count");
    const double above = number(list, "above_data") / count;
    if (above > kManyShare) {
      warn(
          "{} of the shortlist are predicted better than any compound of the table: the model has "
          "never seen such values.",
          percent(above));
    }
    const double disagree = number(list, "disagree") / count;
    if (disagree > kManyShare) {
      warn(
          "For {} of the shortlist the second model, trained on other compounds, predicts clearly "
          "less: the first may have been exploited.",
          percent(disagree));
    }
    second_model();
  }

  void opinions() {
    for (const Json& finding : facts_.shortlist.value("opinion", Json::array())) {
      warn("The two models part: {}.", finding.get<std::string>());
    }
  }

  void count() {
    const Json& list = facts_.shortlist;
    const double count = number(list, "count");
    if (count < number(list, "wanted")) {
      warn("Only {} of {} candidates are different enough from each other (--similarity {:.2g}).",
           count, number(list, "wanted"), number(list, "similarity_cut"));
    }
  }

  void second_model() {
    const Json& list = facts_.shortlist;
    const double sign = facts_.table.value("higher_is_better", true) ? 1 : -1;
    const double second = number(list, "second_mean"), median = number(facts_.table, "median");
    // Of a window neither side is worse.
    if (list.value("better", 1) != 0 && sign * second < sign * median) {
      warn(
          "The second model predicts {:.2f} on average for the shortlist, worse than the median of "
          "the table ({:.2f}), where the first promises {:.2f}: the first has been exploited.",
          second, median, number(list, "mean_prediction"));
    }
    const double correlation = number(list, "second_correlation");
    if (correlation < kNoAgreement) {
      warn(
          "The two models do not agree which candidates are good: rank correlation {:.2f} over {} "
          "candidates.",
          correlation, number(list, "candidates"));
    }
  }

  void motifs() {
    for (const Json& motif : facts_.shortlist.value("motifs", Json::array())) {
      const double kept = number(motif, "among_candidates");
      if (1 - kept <= kManyShare) continue;
      warn(
          "Only {} of the shortlist have what {} of the best quarter of the table share: {}. "
          "--keep-core auto requires it.",
          percent(kept), percent(number(motif, "among_actives")), motif["name"].get<std::string>());
    }
  }

  void training() {
    for (const Json& warning : facts_.train.value("warnings", Json::array())) {
      warn("{}", warning.get<std::string>());
    }
    const double unique = number(facts_.train, "unique");
    if (unique < kLowUnique) {
      warn(
          "Sampling has collapsed: only {} of the samples are distinct. Lower the pressure (--set "
          "reward.beta={:.3g}).",
          percent(unique), 0.5 * number(facts_.train, "beta"));
    }
    const double first = number(facts_.train, "first_score");
    const double last = number(facts_.train, "last_score");
    if (last < kSmallGain * first) {
      warn(
          "Training hardly improved the mean score ({:.3f} at the start, {:.3f} at the end): train "
          "longer (--steps {}).",
          first, last, 4 * static_cast<std::int64_t>(number(facts_.train, "steps")));
    }
  }

  const DesignFacts& facts_;
  std::vector<std::string> list_;
};

}  // namespace

std::vector<std::string> design_warnings(const DesignFacts& facts) {
  if (!has_targets(facts)) return Warnings(facts).all();
  std::vector<std::string> list;
  for (std::size_t t = 0; t < facts.table["targets"].size(); ++t) {
    const DesignFacts own = facts_of_target(facts, t);
    for (const std::string& warning : Warnings(own).of_target()) {
      list.push_back(fmt::format("{}: {}", own.shortlist["name"].get<std::string>(), warning));
    }
  }
  for (const std::string& warning : Warnings(facts).of_all()) list.push_back(warning);
  return list;
}

}  // namespace fragflow
