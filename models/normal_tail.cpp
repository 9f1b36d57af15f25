#include "models/normal_tail.hpp"

#include <cmath>
#include <numbers>

namespace fragflow {
namespace {

// Below this the asymptotic series is exact to all digits; erfc stays above zero for another 18.
constexpr double kFar = -20;

double log_density(double z) { return -0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi); }

}  // namespace

double log_normal_cdf(double z) {
  if (z < kFar) return log_density(z) - std::log(normal_hazard(z));
  return std::log(0.5 * std::erfc(-z / std::numbers::sqrt2));
}

double normal_hazard(double z) {
  if (z < kFar) {
    // Phi(z) = phi(z) / -z (1 - 1/z^2 + 3/z^4 - 15/z^6 + 105/z^8 - ...)
    const double u = 1 / (z * z);
    return -z / (1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u)))));
  }
  return std::exp(log_density(z)) / (0.5 * std::erfc(-z / std::numbers::sqrt2));
}

}  // namespace fragflow
