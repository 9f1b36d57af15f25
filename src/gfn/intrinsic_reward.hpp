// Intrinsic rewards of states: their novelty by random network distillation.
#pragma once

#include <memory>

#include "envs/environment.hpp"
#include "models/adam.hpp"
#include "models/random_distillation.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

class IntrinsicReward {
 public:
  // environment must outlive it.
  IntrinsicReward(const Environment& environment, const ObjectiveConfig& config,
                  std::uint64_t seed);

  // r(s) = intrinsic_scale * novelty, [n] float32, detached. States must not be stopped.
  torch::Tensor values(const std::vector<State>& states);
  // One step of the predictor towards the target on the states of the last values(): Adam on the
  // mean novelty.
  void learn();

  // Both encoders and the optimiser, under "intrinsic.".
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  const Environment& environment_;
  double scale_, learning_rate_;
  RandomDistillation network_;
  Adam optimiser_;
  torch::Tensor novelty_;  // of the last values(), with its autograd graph; undefined after learn()
};

}  // namespace fragflow
