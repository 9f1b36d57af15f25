// Conditions: what a run that learns a family of rewards draws while training, and how the network
// sees them.
//
// Every kind of condition is one or more numbers u in [0, 1]: beta as its quantile under the
// distribution that training draws from. Each u becomes kBins features, a thermometer with a
// sliding end: feature k is clamp(kBins u - k, 0, 1). A linear function of them is a piecewise
// linear function of u, and neighbours share most of their features.
#pragma once

#include <cstdint>

#include "src/gfn/condition_config.hpp"
#include "src/reward/condition.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

class Conditioning {
 public:
  static constexpr int kBins = 16;

  // No conditions.
  Conditioning() = default;
  // Throws UserError for a range that is none, and where the configured reward is not one of the
  // family.
  Conditioning(const ConditionConfig& config, const RewardConfig& reward, std::uint64_t seed);

  // Without conditions draw() and own() give Condition::is_used() == false.
  bool is_used() const { return config_.is_used(); }

  // The condition of a trajectory of a step's batch, one for each group of group_size; a function
  // of (seed, step, group).
  Condition draw(std::int64_t step, std::int64_t trajectory) const;

  // The one of the configured reward, which the run's samples follow.
  const Condition& own() const { return own_; }

 private:
  Condition at_quantile(double u) const;
  double quantile(double beta) const;

  ConditionConfig config_;
  std::uint64_t seed_ = 0;
  Condition own_;
};

}  // namespace fragflow
