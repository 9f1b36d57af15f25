// The aggregate score of a molecule from the scores of its components.
#pragma once

#include <span>

#include "src/reward/reward_config.hpp"

namespace fragflow {

// With values v_i and weights w_i of the components that are not filters:
//   geometric_mean  (prod v_i^w_i)^(1 / sum w_i)
//   product         prod v_i^w_i
// multiplied by the value of every filter; an empty product is 1. Negative values count as 0,
// values of weight 0 are ignored, and any NaN gives NaN. Values are transformed and in the order of
// config.components; so are weights, which replace those of the configuration if given.
double aggregate(const RewardConfig& config, std::span<const double> values,
                 std::span<const double> weights = {});

// beta * log(max(score, floor)); NaN counts as the floor.
double log_reward(const RewardConfig& config, double beta, double score);

}  // namespace fragflow
