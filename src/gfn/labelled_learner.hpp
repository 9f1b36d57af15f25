// Trajectory balance on labelled moves, as in code that knows drawings but not states. Only for
// measuring the resulting bias (docs/exactness.md), not for production use.
#pragma once

#include <memory>

#include "envs/drawing_counter.hpp"
#include "models/adam.hpp"
#include "models/policy_config.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/log_partition.hpp"
#include "src/gfn/training_config.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

class LabelledLearner : public Learner {
 public:
  // counter must outlive it. Learns P_F and log Z with the squared residual; P_B is uniform over
  // labelled removals.
  LabelledLearner(const DrawingCounter& counter, std::unique_ptr<TrajectorySource> source,
                  const PolicyConfig& policy, const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override { return log_partition_.value(); }
  Policy* sampling_policy() override { return policy_.get(); }
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override;
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  void load_weights(const SafetensorsFile& file) override;

 private:
  // sum of log P_F - log P_B over the labelled moves of each trajectory, [B].
  torch::Tensor log_ratios(const std::vector<Trajectory>& trajectories);

  const DrawingCounter& counter_;
  std::unique_ptr<TrajectorySource> source_;
  TrainingConfig training_;
  std::shared_ptr<Policy> policy_;
  LogPartition log_partition_;
  Adam optimiser_;
  std::int64_t steps_done_ = 0;
};

}  // namespace fragflow
