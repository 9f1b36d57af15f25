// The learned log Z: a number, or for a run with conditions a function of them.
#pragma once

#include "models/torch.hpp"

#include <memory>
#include <vector>

#include "models/adam.hpp"
#include "models/condition_network.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// log Z(c) = a number + network(c). Both have an Adam step size of their own: log_z_learning_rate
// for the number, and for the network that divided by its width, since a step of all its weights
// moves the output by about width times as much as a step of one number.
class LogPartition {
 public:
  // own: features of the condition that value() is for; empty: no conditions, no network.
  LogPartition(const TrainingConfig& training, const std::vector<float>& own, std::uint64_t seed);

  // With gradients: [B] for conditions [B, K]; [1] where they are undefined, for own.
  torch::Tensor of(const torch::Tensor& conditions) const;
  double value() const;

  void zero_grad();
  // One update against the gradients, `share` of the initial step sizes.
  void step(double share);
  // Towards the objective's own estimates, in place of step(): a running mean, or with conditions
  // an update against the mean squared difference. estimates: scalar, or [B] with conditions.
  void follow(const torch::Tensor& conditions, const torch::Tensor& estimates,
              std::int64_t steps_done, double share);

  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);
  void load_weights(const SafetensorsFile& file);

 private:
  TrainingConfig training_;
  torch::Tensor number_;  // [1]
  std::shared_ptr<ConditionNetwork> network_;
  std::unique_ptr<Adam> number_optimiser_, network_optimiser_;
};

}  // namespace fragflow
