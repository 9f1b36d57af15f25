#include "src/campaign/outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "src/base/statistics.hpp"
#include "src/campaign/acquisition.hpp"
#include "src/eval/metrics.hpp"

namespace fragflow {
OutcomeFigures outcome_figures(std::span<const CompoundOutcome> outcomes, const HitRule& rule) {
  constexpr double kTwo = 1.96;
  std::vector<double> predicted, measured, errors;
  double squares = 0, expected = 0, within_1 = 0, within_2 = 0;
  for (const CompoundOutcome& outcome : outcomes) {
    predicted.push_back(outcome.predicted);
    measured.push_back(outcome.measured);
    errors.push_back(outcome.measured - outcome.predicted);
    const double size = std::abs(errors.back());
    squares += size * size;
    within_1 += size <= outcome.deviation;
    within_2 += size <= kTwo * outcome.deviation;
    const double sign = rule.higher_is_better ? 1 : -1;
    expected += chance_above(sign * outcome.predicted, outcome.deviation, sign * rule.threshold);
  }
  const auto count = static_cast<double>(outcomes.size());
  const bool was_predicted = std::all_of(predicted.begin(), predicted.end(),
                                         [](double value) { return std::isfinite(value); });
  OutcomeFigures figures;
  if (outcomes.empty()) return figures;
  figures.measured = static_cast<std::int64_t>(outcomes.size());
  figures.predicted_mean = mean(predicted);
  figures.measured_mean = mean(measured);
  figures.bias = mean(errors);
  figures.rmse = std::sqrt(squares / count);
  if (was_predicted) {
    figures.within_1 = within_1 / count;
    figures.within_2 = within_2 / count;
    figures.spearman = rank_correlation(predicted, measured);
  }
  figures.expected_hits = expected;
  const auto [low, high] = std::minmax_element(measured.begin(), measured.end());
  figures.best = rule.higher_is_better ? *high : *low;
  return figures;
}

}  // namespace fragflow
