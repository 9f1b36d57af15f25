// The training step: sample, reward, score, residual, update. Everything it needs to continue goes
// into a checkpoint; randomness is a function of (seed, step, trajectory).
#pragma once

#include <memory>

#include "models/adam.hpp"
#include "models/policy.hpp"
#include "models/policy_config.hpp"
#include "src/gfn/training_config.hpp"
#include "src/gfn/trajectory.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

// What observers see of one step.
struct StepResult {
  std::int64_t step = 0;  // steps done, this one included
  double loss = 0;
  double log_z = 0;          // after the update
  double gradient_norm = 0;  // of the policy, before clipping
  std::vector<Trajectory> trajectories;
  std::vector<RewardResult> rewards;  // one per trajectory
};

class Trainer {
 public:
  // environment and reward must outlive the trainer.
  Trainer(const Environment& environment, Reward& reward, const PolicyConfig& policy,
          const ObjectiveConfig& objective, const TrainingConfig& training,
          const ExplorationConfig& exploration, std::uint64_t seed);

  // Throws UserError if the loss or a gradient is not finite; the weights are then those before the
  // step.
  StepResult step();

  std::int64_t steps_done() const { return steps_done_; }
  double log_z() const;
  // The raw weights.
  Policy& policy() { return *policy_; }
  // The weights that sample: averaged if training.ema > 0, raw otherwise.
  Policy& sampling_policy() { return averaged_ ? *averaged_ : *policy_; }

  // Weights, averaged weights, log Z, optimiser moments, step counter.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);
  // Weights and log Z only: a warm start.
  void load_weights(const SafetensorsFile& file);

 private:
  double schedule() const;  // share of the initial step sizes
  void follow_estimate(const torch::Tensor& estimate);
  void update_average();

  const Environment& environment_;
  Reward& reward_;
  PolicyConfig policy_config_;
  ObjectiveConfig objective_;
  TrainingConfig training_;
  ExplorationConfig exploration_;
  std::uint64_t sampling_seed_;
  std::shared_ptr<Policy> policy_, averaged_;
  torch::Tensor log_z_;  // [1]
  std::unique_ptr<Adam> policy_optimiser_, log_z_optimiser_;
  std::int64_t steps_done_ = 0;
};

}  // namespace fragflow
