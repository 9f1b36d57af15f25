#include "src/reward/transform.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

double sigmoid(const TransformConfig& config, double distance) {
  return 1 / (1 + std::pow(10.0, -10 * config.k * distance / (config.high - config.low)));
}

double transform_number(const TransformConfig& config, double x) {
  const double low = config.low, high = config.high;
  if (config.type == "none") return x;
  if (config.type == "sigmoid") return sigmoid(config, x - (low + high) / 2);
  if (config.type == "reverse_sigmoid") return sigmoid(config, (low + high) / 2 - x);
  if (config.type == "double_sigmoid") return sigmoid(config, x - low) - sigmoid(config, x - high);
  if (config.type == "step") return low <= x && x <= high ? 1 : 0;
  if (config.type == "left_step") return x <= low ? 1 : 0;
  if (config.type == "right_step") return x >= low ? 1 : 0;
  if (config.type == "linear") return std::clamp((x - low) / (high - low), 0.0, 1.0);
  if (config.type == "scale") return std::max(x / config.divisor, config.lower);
  FRAGFLOW_CHECK(false, "transform '{}'", config.type);
  return 0;
}

}  // namespace

double transform(const TransformConfig& config, double x) {
  return std::isnan(x) ? x : transform_number(config, x);
}

void check_transform(const TransformConfig& config, const std::string& component) {
  const bool ordered = config.type.ends_with("sigmoid") || config.type == "step";
  if (ordered && config.low >= config.high) {
    user_error("reward component '{}': transform {} needs low < high, but low = {}, high = {}",
               component, config.type, config.low, config.high);
  }
  if (config.type == "linear" && config.low == config.high) {
    user_error("reward component '{}': transform linear needs low and high to differ", component);
  }
}

}  // namespace fragflow
