// One score from the scores of the components.
#pragma once

#include <span>

#include "src/reward/reward_config.hpp"

namespace fragflow {

// With values v_i and weights w_i of the components that are not filters:
//   geometric_mean  (prod v_i^w_i)^(1 / sum w_i)
//   product         prod v_i^w_i
// times the value of every filter; an empty product is 1. Negative values count as 0, weight 0
// means that a value plays no part, and NaN anywhere gives NaN. Values are in the order of
// config.components, transformed; so are weights, where they replace those of the configuration.
double aggregate(const RewardConfig& config, std::span<const double> values,
                 std::span<const double> weights = {});

// beta * log(max(score, floor)); the floor for NaN.
double log_reward(const RewardConfig& config, double beta, double score);

}  // namespace fragflow
