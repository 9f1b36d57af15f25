#include "src/campaign/acquisition.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fragflow {
namespace {

// Standard normal distribution function; erfc keeps precision in the left tail.
double cumulative(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double density(double z) {
  return std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

}  // namespace

double upper_confidence_bound(double mean, double deviation, double kappa) {
  return mean + kappa * deviation;
}

double expected_improvement(double mean, double deviation, double best) {
  if (deviation <= 0) return std::max(mean - best, 0.0);
  const double z = (mean - best) / deviation;
  return std::max(deviation * (z * cumulative(z) + density(z)), 0.0);
}

double chance_above(double mean, double deviation, double threshold) {
  if (deviation <= 0) return mean >= threshold ? 1 : 0;
  return cumulative((mean - threshold) / deviation);
}

}  // namespace fragflow
