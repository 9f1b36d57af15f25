#include "src/reward/aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/base/check.hpp"

namespace fragflow {

double aggregate(const RewardConfig& config, std::span<const double> values,
                 std::span<const double> weights) {
  FRAGFLOW_CHECK(values.size() == config.components.size(), "{} values", values.size());
  FRAGFLOW_CHECK(weights.empty() || weights.size() == values.size(), "{} weights", weights.size());
  double log_sum = 0, weight_sum = 0, filters = 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ComponentConfig& component = config.components[i];
    if (std::isnan(values[i])) return std::numeric_limits<double>::quiet_NaN();
    const double value = std::max(values[i], 0.0);
    const double weight = weights.empty() ? component.weight : weights[i];
    if (component.filter) {
      filters *= value;
    } else if (weight > 0) {
      log_sum += weight * std::log(value);
      weight_sum += weight;
    }
  }
  const bool mean = config.aggregation == "geometric_mean" && weight_sum > 0;
  return filters * std::exp(mean ? log_sum / weight_sum : log_sum);
}

double log_reward(const RewardConfig& config, double beta, double score) {
  return beta * std::log(score > config.floor ? score : config.floor);
}

}  // namespace fragflow
