#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "src/base/check.hpp"
#include "src/base/statistics.hpp"
#include "src/report/report_builder.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxPoints = 300;

// Means of consecutive rows, so that at most kMaxPoints remain; missing values are skipped.
Series thinned(const std::string& name, const std::vector<double>& x,
               const std::vector<double>& y) {
  Series series{name, {}, {}};
  const std::size_t group = (x.size() + kMaxPoints - 1) / kMaxPoints;
  for (std::size_t first = 0; first < x.size(); first += group) {
    const std::size_t last = std::min(first + group, x.size());
    std::vector<double> values;
    for (std::size_t i = first; i < last; ++i) {
      if (std::isfinite(y[i])) values.push_back(y[i]);
    }
    series.x.push_back(x[last - 1]);
    series.y.push_back(mean(values));
  }
  return series;
}

struct CurvePlan {
  const char *title, *explanation, *y_label;
  std::vector<std::pair<const char*, const char*>> columns;  // (column, name of the series)
  double factor;
  bool logarithmic;
};

// Two-dimensional marginal of a distribution on side^dimensions cells.
std::vector<double> marginal(int side, int dimensions, std::span<const double> values) {
  const std::size_t kept = static_cast<std::size_t>(side) * (dimensions > 1 ? side : 1);
  FRAGFLOW_CHECK(values.size() % kept == 0, "{} values for a grid of side {}", values.size(), side);
  const std::size_t inner = values.size() / kept;
  std::vector<double> sums(kept, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) sums[i / inner] += values[i];
  return sums;
}

// The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `width`.
double round_width(double width) {
  const double power = std::pow(10.0, std::floor(std::log10(width)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= width) return factor * power;
  }
  return 10 * power;
}

std::vector<double> finite(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  return values;
}

// The central 99 % of every set; empty if no value is finite. A user's scorer may return any
// number: values too large for the arithmetic of bins are clipped to kFarthest, and values too
// close to each other for separate bins count as one, in the middle of a wider range.
std::optional<std::pair<double, double>> histogram_range(
    const std::vector<std::pair<std::string, std::vector<double>>>& sets) {
  constexpr double kFarthest = 1e300, kSmallest = 1e-290;
  constexpr double kFinest = 1e-9;  // relative to the values
  double low = INFINITY, high = -INFINITY;
  for (const auto& [name, values] : sets) {
    std::vector<double> sorted = finite(values);
    if (sorted.empty()) continue;
    std::sort(sorted.begin(), sorted.end());
    low = std::min(low, quantile(sorted, 0.005));
    high = std::max(high, quantile(sorted, 0.995));
  }
  if (low > high) return {};
  low = std::clamp(low, -kFarthest, kFarthest);
  high = std::clamp(high, -kFarthest, kFarthest);
  const double size = std::max(std::abs(low), std::abs(high));
  if (high - low > std::max(kFinest * size, kSmallest)) return {{low, high}};
  const double margin = std::max(0.5, 1e-6 * size);
  return {{low - margin, high + margin}};
}

}  // namespace

std::vector<Curve> training_curves(const CsvTable& metrics) {
  const std::vector<CurvePlan> plans = {
      {"Total variation",
       "Half the summed difference between the learned distribution and R / Z, computed exactly.",
       "TV",
       {{"tv", "exact TV"}},
       1,
       true},
      {"Loss",
       "How far the flow is from balance; lower is better.",
       "",
       {{"loss", "loss"}},
       1,
       true},
      {"log Z",
       "Log of the total reward, as learned; it should settle.",
       "",
       {{"log_z", "log Z"}},
       1,
       false},
      {"Score",
       "Of the objects drawn while training.",
       "",
       {{"mean_score", "mean"}, {"top_100", "best 100 so far"}, {"best_score", "best so far"}},
       1,
       false},
      {"Unique",
       "Distinct ones among all objects drawn so far.",
       "%",
       {{"unique_share", "unique"}},
       100,
       false},
      {"Modes", "Different good solutions found so far.", "", {{"modes", "modes"}}, 1, false},
      {"Length",
       "Mean number of moves to a finished object.",
       "",
       {{"mean_length", "moves"}},
       1,
       false}};
  std::vector<double> x = numbers_of(metrics, "trajectories");
  const bool has_trajectories = !x.empty();
  if (!has_trajectories) x = numbers_of(metrics, "step");
  std::vector<Curve> curves;
  for (const CurvePlan& plan : plans) {
    Curve curve;
    curve.title = plan.title;
    curve.explanation = plan.explanation;
    curve.x_label = has_trajectories ? "trajectories" : "step";
    curve.y_label = plan.y_label;
    curve.logarithmic = plan.logarithmic;
    for (const auto& [column, name] : plan.columns) {
      std::vector<double> y = numbers_of(metrics, column);
      if (finite(y).empty() || y.size() != x.size()) continue;
      for (double& value : y) value *= plan.factor;
      curve.series.push_back(thinned(name, x, y));
    }
    if (!curve.series.empty()) curves.push_back(std::move(curve));
  }
  return curves;
}

std::vector<HeatMap> grid_heat_maps(int side, int dimensions, std::span<const double> target,
                                    std::span<const double> learned) {
  FRAGFLOW_CHECK(target.size() == learned.size(), "{} and {} cells", target.size(), learned.size());
  const std::string suffix =
      dimensions > 2 ? " First two coordinates; the others are summed out." : "";
  HeatMap map;
  map.rows = side;
  map.columns = dimensions > 1 ? side : 1;
  std::vector<HeatMap> maps(3, map);
  maps[0].title = "Target";
  maps[0].explanation = "R / Z, computed exactly." + suffix;
  maps[0].values = marginal(side, dimensions, target);
  maps[1].title = "Learned";
  maps[1].explanation = "Probability the policy gives each cell, computed exactly." + suffix;
  maps[1].values = marginal(side, dimensions, learned);
  const auto [low, high] = std::minmax_element(maps[0].values.begin(), maps[0].values.end());
  const auto [low_learned, high_learned] =
      std::minmax_element(maps[1].values.begin(), maps[1].values.end());
  maps[0].scale = maps[1].scale = {std::min(*low, *low_learned), std::max(*high, *high_learned)};
  maps[2].title = "Learned - target";
  maps[2].explanation = "Red: visited too often; blue: too rarely. The scale is its own.";
  maps[2].diverging = true;
  maps[2].values.resize(maps[0].values.size());
  for (std::size_t i = 0; i < maps[2].values.size(); ++i) {
    maps[2].values[i] = maps[1].values[i] - maps[0].values[i];
  }
  return maps;
}

Histogram make_histogram(const std::string& title, const std::string& explanation,
                         const std::vector<std::pair<std::string, std::vector<double>>>& sets,
                         int max_bins) {
  FRAGFLOW_CHECK(max_bins >= 1, "{} bins", max_bins);
  Histogram histogram;
  histogram.title = title;
  histogram.explanation = explanation;
  const auto range = histogram_range(sets);
  if (!range) return histogram;
  const auto [low, high] = *range;
  const double width = round_width((high - low) / max_bins);
  const double first = std::floor(low / width) * width;
  const int num_bins = std::max(1, static_cast<int>(std::ceil((high - first) / width)));
  for (int i = 0; i <= num_bins; ++i) histogram.edges.push_back(first + i * width);
  for (const auto& [name, values] : sets) {
    const std::vector<double> numbers = finite(values);
    if (numbers.empty()) continue;
    Histogram::Set set{name, std::vector<double>(num_bins, 0.0)};
    for (const double value : numbers) {
      const int bin = static_cast<int>(std::floor(std::clamp((value - first) / width, 0.0, 1e6)));
      set.shares[std::min(bin, num_bins - 1)] += 1.0 / static_cast<double>(numbers.size());
    }
    histogram.sets.push_back(std::move(set));
  }
  return histogram;
}

}  // namespace fragflow
