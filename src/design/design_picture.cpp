#include "src/design/design_picture.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/csv.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/run_data.hpp"
#include "src/report/report_builder.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {
namespace {

// More points would only hide each other.
constexpr std::size_t kMostSamples = 1000;

using Values = std::vector<double>;

Values means_of(const std::filesystem::path& proxy, const std::vector<std::string>& smiles) {
  Values means;
  for (const auto& [mean, std] : load_proxy(proxy)->predict(smiles)) means.push_back(mean);
  return means;
}

// The data drawn for one target.
struct Drawn {
  std::string label;
  Values samples, shortlist;
};

std::vector<std::string> best_samples(const std::filesystem::path& run) {
  const SampleRows rows = distinct_samples(read_csv(run / "samples.csv"));
  std::vector<std::string> smiles;
  for (const std::int64_t i : rank_by_score(rows.molecules)) {
    if (smiles.size() == kMostSamples) break;
    smiles.push_back(rows.molecules.smiles[i]);
  }
  return smiles;
}

std::pair<double, double> range_of(const Scatter& scatter, const Values Series::*axis) {
  double low = INFINITY, high = -INFINITY;
  for (const Series& series : scatter.points) {
    for (const double value : series.*axis) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return {low, high};
}

// The part of y = x - offset within the drawing; empty if it is outside.
void add_diagonal(Scatter& scatter, const std::string& name, double offset) {
  const auto [left, right] = range_of(scatter, &Series::x);
  const auto [bottom, top] = range_of(scatter, &Series::y);
  const double begin = std::max(left, bottom + offset), end = std::min(right, top + offset);
  if (begin < end) scatter.lines.push_back({name, {begin, end}, {begin - offset, end - offset}});
}

// The limits that a clause sets on one of the axes, or on their difference.
void add_bounds(const DesignObjective& objective, std::size_t a, std::size_t b, Scatter& scatter) {
  const auto [left, right] = range_of(scatter, &Series::x);
  const auto [bottom, top] = range_of(scatter, &Series::y);
  for (std::size_t k = 0; k < objective.clauses.size(); ++k) {
    const ObjectiveClause& clause = objective.clauses[k];
    using Kind = ObjectiveWish::Kind;
    const Kind kind = clause.wish.kind;
    Values ends;
    if (kind == Kind::kAbove || kind == Kind::kBetween) ends.push_back(clause.wish.low);
    if (kind == Kind::kBelow || kind == Kind::kBetween) ends.push_back(clause.wish.high);
    for (const double end : ends) {
      const std::string& name = objective.texts[k];
      const std::size_t first = clause.terms[0].target;
      if (clause.terms.size() == 1 && first == a) {
        scatter.lines.push_back({name, {end, end}, {bottom, top}});
      } else if (clause.terms.size() == 1 && first == b) {
        scatter.lines.push_back({name, {left, right}, {end, end}});
      } else if (clause.terms.size() == 2 && first == a && clause.terms[1].target == b) {
        add_diagonal(scatter, name, end);
      } else if (clause.terms.size() == 2 && first == b && clause.terms[1].target == a) {
        add_diagonal(scatter, name, -end);
      }
    }
  }
}

Scatter plane_of(const DesignObjective& objective, const std::vector<Drawn>& drawn, std::size_t a,
                 std::size_t b) {
  Series measured{"known, both measured", {}, {}}, partly{"known, one or both predicted", {}, {}};
  for (std::size_t i = 0; i < objective.known.size(); ++i) {
    const bool both =
        !std::isnan(objective.measured[a][i]) && !std::isnan(objective.measured[b][i]);
    Series& series = both ? measured : partly;
    series.x.push_back(objective.means[a][i]);
    series.y.push_back(objective.means[b][i]);
  }
  Scatter scatter;
  scatter.title = objective.names[a] + " and " + objective.names[b];
  scatter.x_label = drawn[a].label;
  scatter.y_label = drawn[b].label;
  scatter.explanation =
      "Candidates at their predicted activities, known compounds at the measured ones where there "
      "are any.";
  for (Series* series : {&measured, &partly}) {
    if (!series->x.empty()) scatter.points.push_back(std::move(*series));
  }
  scatter.points.push_back({"best samples", drawn[a].samples, drawn[b].samples});
  scatter.points.push_back({"shortlist", drawn[a].shortlist, drawn[b].shortlist});
  if (objective.in_potency[a] && objective.in_potency[b]) add_diagonal(scatter, "equal", 0);
  add_bounds(objective, a, b, scatter);
  return scatter;
}

Scatter opinions_of(const DesignObjective& objective, const Shortlist& list, const Drawn& drawn,
                    std::size_t t) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < objective.known.size(); ++i) {
    if (!std::isnan(objective.measured[t][i])) known.push_back(objective.known[i].smiles);
  }
  Scatter scatter;
  scatter.title = "Second opinion: " + objective.names[t];
  scatter.explanation =
      "Both models of this activity, molecule by molecule; below the line the reward's model "
      "promises more than the second one, which never enters the reward.";
  scatter.x_label = "model in the reward";
  scatter.y_label = "second model";
  const ShortlistTarget& target = list.targets[t];
  scatter.points.push_back(
      {"known compounds", means_of(target.proxy, known), means_of(target.check_proxy, known)});
  Series chosen{"shortlist", drawn.shortlist, {}};
  for (const ShortlistEntry& entry : list.entries) {
    chosen.y.push_back(entry.predictions[t].check_mean);
  }
  scatter.points.push_back(std::move(chosen));
  add_diagonal(scatter, "equal", 0);
  return scatter;
}

}  // namespace

void add_activities(const DesignObjective& objective, const Shortlist& list,
                    const std::filesystem::path& run, ReportData& report) {
  const std::vector<std::string> samples = best_samples(run);
  std::vector<Drawn> drawn(objective.names.size());
  for (std::size_t t = 0; t < drawn.size(); ++t) {
    drawn[t].label = objective.names[t] + (objective.in_potency[t] ? " (p-units)" : "");
    drawn[t].samples = means_of(list.targets[t].proxy, samples);
    for (const ShortlistEntry& entry : list.entries) {
      drawn[t].shortlist.push_back(entry.predictions[t].mean);
    }
  }
  const std::size_t pairs = drawn.size() * (drawn.size() - 1) / 2;
  if (pairs <= kMostPlanes) {
    for (std::size_t a = 0; a < drawn.size(); ++a) {
      for (std::size_t b = a + 1; b < drawn.size(); ++b) {
        report.scatters.push_back(plane_of(objective, drawn, a, b));
      }
    }
  } else {
    report.scatters_explanation =
        "With so many activities no pairs are drawn; their values are in the shortlist.";
  }
  for (std::size_t t = 0; t < drawn.size(); ++t) {
    if (!list.targets[t].check_proxy.empty()) {
      report.scatters.push_back(opinions_of(objective, list, drawn[t], t));
    }
    Values known;
    for (const double value : objective.measured[t]) {
      if (!std::isnan(value)) known.push_back(value);
    }
    report.histograms.push_back(make_histogram(
        drawn[t].label, "Predicted for the best samples, measured for the known compounds.",
        {{"samples", drawn[t].samples}, {"known compounds", known}}));
  }
}

}  // namespace fragflow
