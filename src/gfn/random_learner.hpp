// A baseline that learns nothing: uniformly random legal actions.
#pragma once

#include <memory>

#include "src/gfn/learner.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

class RandomLearner : public Learner {
 public:
  // environment and reward must outlive it.
  RandomLearner(const Environment& environment, Reward& reward, const TrainingConfig& training,
                std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return policy_.get(); }
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override { return 0; }

  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  void load_weights(const SafetensorsFile&) override {}

 private:
  const Environment& environment_;
  Reward& reward_;
  TrainingConfig training_;
  std::uint64_t seed_;
  std::shared_ptr<Policy> policy_;  // all logits 0
  std::int64_t steps_done_ = 0;
};

}  // namespace fragflow
