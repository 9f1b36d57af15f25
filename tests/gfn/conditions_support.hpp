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

// own_beta: where the run samples.
inline Conditioning conditioning(const ConditionConfig& config, double own_beta,
                                 std::uint64_t seed = 3) {
  RewardConfig reward;
  reward.beta = own_beta;
  return {config, reward, seed};
}

}  // namespace fragflow
