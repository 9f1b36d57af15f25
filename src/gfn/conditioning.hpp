// Conditions: what a run that learns a family of rewards draws during training, and how they are
// encoded for the network.
//
// Every condition consists of one or more numbers u in [0, 1]: beta as its quantile under the
// training distribution; preferences as the share of each component in the total weight of the
// preference components. Each u becomes kBins features, a thermometer code with a sliding end:
// feature k is clamp(kBins u - k, 0, 1). A linear function of them is a piecewise linear function
// of u, and neighbouring values share most features.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/gfn/condition_config.hpp"
#include "src/reward/condition.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

// Indices of the components named by condition.preference, in its order. Throws UserError for a
// name that is unknown to the reward, repeated or of a filter.
std::vector<std::size_t> preference_components(const ConditionConfig& config,
                                               const RewardConfig& reward);

// The share of each of them in their total weight. Throws UserError if that is 0.
std::vector<double> preference_shares(const std::vector<std::size_t>& components,
                                      std::span<const double> weights);

// Redistributes their total weight according to these shares.
void share_weight(const std::vector<std::size_t>& components, std::span<const double> shares,
                  std::span<double> weights);

// The weights of all components of a reward.
std::vector<double> component_weights(const RewardConfig& reward);

class Conditioning {
 public:
  static constexpr int kBins = 16;

  // No conditions.
  Conditioning() = default;
  // Throws UserError for an invalid range, and if the configured reward is not a member of the
  // family.
  Conditioning(const ConditionConfig& config, const RewardConfig& reward, std::uint64_t seed);

  // Without conditions draw() and own() give Condition::is_used() == false.
  bool is_used() const { return config_.is_used(); }

  // The condition of a trajectory of a step's batch, one per group of group_size trajectories; a
  // function of (seed, step, group).
  Condition draw(std::int64_t step, std::int64_t trajectory) const;

  // The condition of the configured reward, which the run's samples follow.
  const Condition& own() const { return own_; }

 private:
  double quantile(double beta) const;
  double beta_at(double u) const;
  void set_shares(std::span<const double> shares, Condition& condition) const;

  ConditionConfig config_;
  std::uint64_t seed_ = 0;
  std::vector<double> weights_;           // of all components, as configured
  std::vector<std::size_t> preferences_;  // those among which weight is redistributed
  Condition own_;
};

}  // namespace fragflow
