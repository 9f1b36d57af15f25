// Families of rewards for the small worlds.
#pragma once

#include "src/gfn/conditioning.hpp"

namespace fragflow {

inline ConditionConfig beta_range(double low, double high,
                                  const std::string& distribution = "uniform") {
  ConditionConfig config;
  config.beta_min = low;
  config.beta_max = high;
  config.beta_distribution = distribution;
  config.group_size = 8;
  return config;
}

// Preferences over "a" and "c" of three components with weights 3, 5 and 1.
inline RewardConfig three_components() {
  RewardConfig reward;
  for (const auto& [name, weight] : {std::pair{"a", 3.0}, {"b", 5.0}, {"c", 1.0}}) {
    ComponentConfig component;
    component.name = name;
    component.weight = weight;
    reward.components.push_back(component);
  }
  return reward;
}
inline ConditionConfig preferences_over(const std::vector<std::string>& names) {
  ConditionConfig config;
  config.preference = names;
  config.group_size = 8;
  return config;
}

// own_beta: where the run samples.
inline Conditioning conditioning(const ConditionConfig& config, double own_beta,
                                 std::uint64_t seed = 3) {
  RewardConfig reward;
  reward.beta = own_beta;
  return {config, reward, seed};
}

}  // namespace fragflow
