#include "src/gfn/conditioning.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

void add_thermometer(double u, std::vector<float>& features) {
  for (int k = 0; k < Conditioning::kBins; ++k) {
    features.push_back(static_cast<float>(std::clamp(Conditioning::kBins * u - k, 0.0, 1.0)));
  }
}

void check_range(const ConditionConfig& config) {
  if (!(config.beta_min < config.beta_max)) {
    user_error("condition.beta_min = {} must be below condition.beta_max = {}", config.beta_min,
               config.beta_max);
  }
  if (config.beta_distribution == "log_uniform" && config.beta_min <= 0) {
    user_error(
        "condition.beta_distribution = \"log_uniform\" needs condition.beta_min above 0, or use "
        "\"uniform\"");
  }
}

}  // namespace

Conditioning::Conditioning(const ConditionConfig& config, const RewardConfig& reward,
                           std::uint64_t seed)
    : config_(config), seed_(seed) {
  if (config.beta_min <= 0 && !config.is_used()) return;
  check_range(config);
  if (reward.beta < config.beta_min || reward.beta > config.beta_max) {
    user_error(
        "reward.beta = {} is outside [condition.beta_min, condition.beta_max] = [{}, {}]: it says "
        "which of the learned rewards the run's own samples follow",
        reward.beta, config.beta_min, config.beta_max);
  }
  own_ = at_quantile(quantile(reward.beta));
  own_.beta = reward.beta;
}

double Conditioning::quantile(double beta) const {
  const double low = config_.beta_min, high = config_.beta_max;
  return config_.beta_distribution == "uniform" ? (beta - low) / (high - low)
                                                : std::log(beta / low) / std::log(high / low);
}

Condition Conditioning::at_quantile(double u) const {
  const double low = config_.beta_min, high = config_.beta_max;
  Condition condition;
  condition.beta = config_.beta_distribution == "uniform" ? low + u * (high - low)
                                                          : low * std::pow(high / low, u);
  add_thermometer(u, condition.features);
  return condition;
}

Condition Conditioning::draw(std::int64_t step, std::int64_t trajectory) const {
  if (!is_used()) return {};
  Rng rng(seed_, static_cast<std::uint64_t>(step),
          static_cast<std::uint64_t>(trajectory / config_.group_size));
  return at_quantile(rng.uniform());
}

}  // namespace fragflow
