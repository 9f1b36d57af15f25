#include "src/gfn/conditioning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

void add_thermometer(double u, std::vector<float>& features) {
  for (int k = 0; k < Conditioning::kBins; ++k) {
    features.push_back(static_cast<float>(std::clamp(Conditioning::kBins * u - k, 0.0, 1.0)));
  }
}

void check_range(const ConditionConfig& config, const RewardConfig& reward) {
  if (!(config.beta_min < config.beta_max)) {
    user_error("condition.beta_min = {} must be below condition.beta_max = {}", config.beta_min,
               config.beta_max);
  }
  if (config.beta_distribution == "log_uniform" && config.beta_min <= 0) {
    user_error(
        "condition.beta_distribution = \"log_uniform\" needs condition.beta_min above 0, or use "
        "\"uniform\"");
  }
  if (reward.beta < config.beta_min || reward.beta > config.beta_max) {
    user_error(
        "reward.beta = {} is outside [condition.beta_min, condition.beta_max] = [{}, {}]: it says "
        "which of the learned rewards the run's own samples follow",
        reward.beta, config.beta_min, config.beta_max);
  }
}

// log of a gamma variate (Marsaglia & Tsang, ACM TOMS 2000; a shape below 1 by U^(1 / shape)).
// Logarithms, because variates of small shapes underflow to 0 in double precision.
double log_gamma_variate(double shape, Rng& rng) {
  if (shape < 1) {
    const double boost = std::log(1.0 - rng.uniform()) / shape;
    return log_gamma_variate(shape + 1, rng) + boost;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = rng.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(1.0 - rng.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
      return std::log(d * v);
    }
  }
}

// Symmetric Dirichlet.
std::vector<double> draw_shares(std::size_t count, double alpha, Rng& rng) {
  std::vector<double> shares(count);
  for (double& share : shares) share = log_gamma_variate(alpha, rng);
  const double largest = *std::max_element(shares.begin(), shares.end());
  for (double& share : shares) share = std::exp(share - largest);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

std::vector<std::size_t> preference_components(const ConditionConfig& config,
                                               const RewardConfig& reward) {
  std::vector<std::string> names;
  for (const ComponentConfig& component : reward.components) {
    names.push_back(component.name.empty() ? component.type : component.name);
  }
  std::vector<std::size_t> components;
  for (const std::string& name : config.preference) {
    const auto found =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (found == names.size()) {
      user_error("condition.preference names '{}'{}; the reward's components are {}", name,
                 did_you_mean(name, names), names.empty() ? "none" : join(names));
    }
    if (reward.components[found].filter) {
      user_error("condition.preference names '{}', which is a filter and has no weight", name);
    }
    if (std::find(components.begin(), components.end(), found) != components.end()) {
      user_error("condition.preference names '{}' twice", name);
    }
    components.push_back(found);
  }
  if (components.size() == 1) {
    user_error(
        "condition.preference names '{}' only: preferences are between two components or "
        "more",
        config.preference.front());
  }
  return components;
}

std::vector<double> preference_shares(const std::vector<std::size_t>& components,
                                      std::span<const double> weights) {
  std::vector<double> shares;
  for (const std::size_t i : components) shares.push_back(weights[i]);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (sum <= 0) {
    user_error(
        "the components of condition.preference have no weight: set reward.component.weight");
  }
  for (double& share : shares) share /= sum;
  return shares;
}

void share_weight(const std::vector<std::size_t>& components, std::span<const double> shares,
                  std::span<double> weights) {
  double sum = 0;
  for (const std::size_t i : components) sum += weights[i];
  for (std::size_t k = 0; k < components.size(); ++k) weights[components[k]] = shares[k] * sum;
}

std::vector<double> component_weights(const RewardConfig& reward) {
  std::vector<double> weights;
  for (const ComponentConfig& component : reward.components) weights.push_back(component.weight);
  return weights;
}

Conditioning::Conditioning(const ConditionConfig& config, const RewardConfig& reward,
                           std::uint64_t seed)
    : config_(config),
      seed_(seed),
      weights_(component_weights(reward)),
      preferences_(preference_components(config, reward)) {
  own_.beta = reward.beta;
  if (config.learns_beta()) {
    check_range(config, reward);
    add_thermometer(quantile(reward.beta), own_.features);
  }
  if (config.learns_preferences()) set_shares(preference_shares(preferences_, weights_), own_);
}

double Conditioning::quantile(double beta) const {
  const double low = config_.beta_min, high = config_.beta_max;
  return config_.beta_distribution == "uniform" ? (beta - low) / (high - low)
                                                : std::log(beta / low) / std::log(high / low);
}

double Conditioning::beta_at(double u) const {
  const double low = config_.beta_min, high = config_.beta_max;
  return config_.beta_distribution == "uniform" ? low + u * (high - low)
                                                : low * std::pow(high / low, u);
}

void Conditioning::set_shares(std::span<const double> shares, Condition& condition) const {
  condition.weights = weights_;
  share_weight(preferences_, shares, condition.weights);
  for (const double share : shares) add_thermometer(share, condition.features);
}

Condition Conditioning::draw(std::int64_t step, std::int64_t trajectory) const {
  if (!is_used()) return {};
  Rng rng(seed_, static_cast<std::uint64_t>(step),
          static_cast<std::uint64_t>(trajectory / config_.group_size));
  Condition condition;
  condition.beta = own_.beta;
  if (config_.learns_beta()) {
    const double u = rng.uniform();
    condition.beta = beta_at(u);
    add_thermometer(u, condition.features);
  }
  if (config_.learns_preferences()) {
    set_shares(draw_shares(preferences_.size(), config_.preference_alpha, rng), condition);
  }
  return condition;
}

}  // namespace fragflow
