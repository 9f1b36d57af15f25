#include "src/base/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "src/base/check.hpp"

namespace fragflow {

double mean(std::span<const double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto count = static_cast<double>(values.size());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (is_finite(sum) || !std::all_of(values.begin(), values.end(), is_finite)) return sum / count;
  // The sum of finite values may overflow although their mean does not, except for rounding.
  double scaled = 0;
  for (const double value : values) scaled += value / count;
  constexpr double kLargest = std::numeric_limits<double>::max();
  return std::clamp(scaled, -kLargest, kLargest);
}

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : std::midpoint(values[middle - 1], values[middle]);
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double quantile(std::span<const double> sorted, double q) {
  FRAGFLOW_CHECK(!sorted.empty() && q >= 0 && q <= 1, "quantile {} of {}", q, sorted.size());
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  if (sorted[below] == sorted[above]) return sorted[below];  // also if both are infinite
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace fragflow
