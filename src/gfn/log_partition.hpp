// The learned log Z: a scalar or, for a run with conditions, a function of the condition.
#pragma once

#include "models/torch.hpp"

#include <memory>
#include <vector>

#include "models/adam.hpp"
#include "models/condition_network.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// log Z(c) = scalar + network(c). Each has its own Adam step size: log_z_learning_rate for the
// scalar, and the same divided by the network's width for the network, since a step of all its
// weights moves the output by about width times as much as a step of a scalar.
class LogPartition {
 public:
  // own: features of the condition for value(); empty: no conditions, no network.
  LogPartition(const TrainingConfig& training, const std::vector<float>& own, std::uint64_t seed);

  // With gradients: [B] for conditions [B, K]; [1], for own, if they are undefined.
  torch::Tensor of(const torch::Tensor& conditions) const;
  double value() const;

  void zero_grad();
  // One update with the current gradients; step sizes are `share` times the initial ones.
  void step(double share);
  // Replaces step(): moves towards the objective's own estimates, by a running mean or, with
  // conditions, by a step on the mean squared error. estimates: scalar, or [B] with conditions.
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
