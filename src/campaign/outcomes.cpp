#include "src/campaign/outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "src/base/statistics.hpp"
#include "src/campaign/acquisition.hpp"
#include "src/eval/metrics.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace

Json outcome_figures(std::span<const CompoundOutcome> outcomes, const HitRule& rule) {
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
  const auto of_predictions = [&](double value) { return was_predicted ? number(value) : Json(); };
  Json figures = {{"measured", outcomes.size()}};
  figures["predicted_mean"] = number(mean(predicted));
  figures["measured_mean"] = number(mean(measured));
  figures["bias"] = number(mean(errors));
  figures["rmse"] = number(std::sqrt(squares / count));
  figures["within_1"] = of_predictions(within_1 / count);
  figures["within_2"] = of_predictions(within_2 / count);
  figures["spearman"] = of_predictions(rank_correlation(predicted, measured));
  figures["expected_hits"] = outcomes.empty() ? Json() : number(expected);
  if (outcomes.empty()) {
    figures["best"] = nullptr;
  } else {
    const auto [low, high] = std::minmax_element(measured.begin(), measured.end());
    figures["best"] = rule.higher_is_better ? *high : *low;
  }
  return figures;
}

}  // namespace fragflow
