#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "src/design/design_summary.hpp"

namespace fragflow {
namespace {

constexpr double kUselessR2 = 0.2, kWeakR2 = 0.5;  // on scaffold folds
constexpr double kLargeOptimism = 0.25;            // random minus scaffold R2
constexpr std::int64_t kVeryFew = 50, kFew = 200;  // compounds
constexpr std::int64_t kFewBoth = 20;              // compounds with both values of a difference
constexpr double kNarrow = 1.5;                    // p-units between the 5th and 95th percentile
constexpr double kManyCensored = 0.25;             // fraction of the rows
constexpr double kManyConflicts = 0.2;  // fraction of the compounds measured twice or more
constexpr double kFarMedian = 0.4;      // Tanimoto (Morgan 2) to the nearest compound
constexpr double kManyFraction = 0.25;  // of the shortlist
constexpr double kNoAgreement = 0.1;    // rank correlation of the two models
constexpr double kLowUnique = 0.5;      // fraction of the samples
constexpr double kSmallGain = 1.5;      // mean score, of the samples against the first molecules

// NaN, which raises no warning, for an empty whole.
double share(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

// The distinct values of a column by frequency: "IC50 (812 rows), Ki (33 rows)".
std::string fractions_of(const std::map<std::string, std::int64_t>& counts) {
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [name, count] : counts) sorted.emplace_back(-count, name);
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
    const ActivityFacts& only = facts_.activities.front();
    model(only.proxy);
    data(only);
    distance();
    predictions(only);
    motifs();
    opinions();
    count();
    training();
    return std::move(list_);
  }

  // With an objective: the warnings about one activity,
  std::vector<std::string> of_activity(const ActivityFacts& activity) {
    model(activity.proxy);
    data(activity);
    predictions(activity);
    return std::move(list_);
  }
  // and those about all.
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

  void model(const ProxyFacts& proxy) {
    const double scaffold = proxy.scaffold_r2, random = proxy.random_r2;
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
    if (proxy.drawn && proxy.drawn_from) {
      warn(
          "The model of activity has learned from {} of the {} compounds only, drawn at random: "
          "--model-rows 0, without --quick, lets it learn from all (a Gaussian process from at "
          "most 10,000).",
          *proxy.drawn, *proxy.drawn_from);
    }
    if (!proxy.check) {
      warn(
          "There is no second model to check the first against: the compounds are too few to "
          "divide.");
    }
  }

  void data(const ActivityFacts& activity) {
    const TableFacts& table = activity.table;
    if (table.molecules < kVeryFew) {
      warn("Only {} compounds: cross-validation itself is a guess below about {}.", table.molecules,
           kVeryFew);
    } else if (table.molecules < kFew) {
      warn("Only {} compounds (fewer than {}): the figures of the model are uncertain.",
           table.molecules, kFew);
    }
    const double range = table.p95 - table.p05;
    if (table.in_potency && range < kNarrow) {
      warn(
          "The activities span only {:.1f} log units (5th to 95th percentile; at least {} wanted): "
          "the model cannot tell much from noise.",
          range, kNarrow);
    }
    const bool learned = activity.proxy.bounds && activity.proxy.bounds->learned;
    const std::int64_t unused = table.rejected.censored + (learned ? 0 : table.bound_rows);
    const double censored = share(unused, table.rows);
    if (censored > kManyCensored) {
      warn(
          "{} of the rows are bounds (\">\", \"<\") and were left out: the model has seen few "
          "inactive compounds and will promise too much.",
          percent(censored));
    }
    if (table.repeated >= 5 && static_cast<double>(table.conflicts) >
                                   kManyConflicts * static_cast<double>(table.repeated)) {
      warn(
          "{} of {} compounds measured more than once disagree by more than {:.2g}: mixed assays, "
          "or stereoisomers (this program ignores stereo).",
          table.conflicts, table.repeated, table.conflict_spread);
    }
    mixed(table.types, "kinds of measurement", table.columns.type);
    mixed(table.assayed, "targets", table.columns.assayed);
  }

  void mixed(const std::map<std::string, std::int64_t>& counts, const char* what,
             const std::string& column) {
    if (counts.size() < 2) return;
    warn(
        "The table mixes {} {}: {}. One model of all of them means little; choose with --where "
        "\"{}=...\".",
        counts.size(), what, fractions_of(counts), column);
  }

  void differences() {
    for (const ClauseFacts& clause : facts_.objective->clauses) {
      if (clause.measured_both && *clause.measured_both < kFewBoth) {
        warn(
            "Only {} compounds have both values of '{}' (fewer than {}): the difference of two "
            "models is hardly tested by what was measured.",
            *clause.measured_both, clause.text, kFewBoth);
      }
    }
  }

  void distance() {
    const double similarity = facts_.list.median_similarity;
    if (similarity < kFarMedian) {
      warn(
          "The candidates are far from the training compounds: median Tanimoto {:.2f} to the "
          "nearest (Morgan 2; below {}). Predictions are extrapolations.",
          similarity, kFarMedian);
    }
  }

  void predictions(const ActivityFacts& activity) {
    const double above = share(activity.predictions.above_data, facts_.list.count);
    if (above > kManyFraction) {
      warn(
          "{} of the shortlist are predicted better than any compound of the table: the model has "
          "never seen such values.",
          percent(above));
    }
    const double disagree = share(activity.predictions.disagree, facts_.list.count);
    if (disagree > kManyFraction) {
      warn(
          "For {} of the shortlist the second model, trained on other compounds, predicts clearly "
          "less: the first may have been exploited.",
          percent(disagree));
    }
    second_model(activity);
  }

  void opinions() {
    for (const std::string& finding : facts_.opinion) warn("The two models part: {}.", finding);
  }

  void count() {
    const ListFacts& list = facts_.list;
    if (list.count < list.wanted) {
      warn("Only {} of {} candidates are different enough from each other (--similarity {:.2g}).",
           list.count, list.wanted, list.similarity_cut);
    }
  }

  void second_model(const ActivityFacts& activity) {
    const PredictionFacts& predictions = activity.predictions;
    const double median = activity.table.median;
    // For a window neither side is worse.
    if (predictions.second_mean &&
        activity.better * *predictions.second_mean < activity.better * median) {
      warn(
          "The second model predicts {:.2f} on average for the shortlist, worse than the median of "
          "the table ({:.2f}), where the first promises {:.2f}: the first has been exploited.",
          *predictions.second_mean, median, predictions.mean_prediction);
    }
    // NaN without a second model; then the comparison is false.
    if (predictions.second_correlation < kNoAgreement) {
      warn(
          "The two models do not agree which candidates are good: rank correlation {:.2f} over {} "
          "candidates.",
          predictions.second_correlation,
          facts_.list.compared > 0 ? facts_.list.compared : facts_.list.candidates);
    }
  }

  void motifs() {
    for (const KeptMotif& motif : facts_.kept) {
      const double kept = motif.among_candidates;
      if (1 - kept <= kManyFraction) continue;
      warn(
          "Only {} of the shortlist have what {} of the best quarter of the table share: {}. "
          "--keep-core auto requires it.",
          percent(kept), percent(motif.among_actives), motif.name);
    }
  }

  void training() {
    const TrainFacts& train = facts_.train;
    for (const std::string& warning : train.warnings) warn("{}", warning);
    if (train.unique < kLowUnique) {
      warn(
          "Sampling has collapsed: only {} of the samples are distinct. Lower the pressure (--set "
          "reward.beta={:.3g}).",
          percent(train.unique), 0.5 * train.beta);
    }
    // Not the last batches: they hold what was never made before, of which the best is made early.
    if (train.mean_score < kSmallGain * train.first_score) {
      warn(
          "Training hardly improved the mean score ({:.3f} of the first molecules, {:.3f} of the "
          "samples): train longer (--steps {}).",
          train.first_score, train.mean_score, 4 * train.steps);
    }
  }

  const DesignFacts& facts_;
  std::vector<std::string> list_;
};

}  // namespace

std::vector<std::string> design_warnings(const DesignFacts& facts) {
  if (!facts.objective) return Warnings(facts).all();
  std::vector<std::string> list;
  for (const ActivityFacts& activity : facts.activities) {
    for (const std::string& warning : Warnings(facts).of_activity(activity)) {
      list.push_back(fmt::format("{}: {}", activity.name, warning));
    }
  }
  for (const std::string& warning : Warnings(facts).of_all()) list.push_back(warning);
  return list;
}

}  // namespace fragflow
