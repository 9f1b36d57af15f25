// Fresh trajectories of the current policy, with exploration that decays during the run.
#pragma once

#include "src/base/communicator.hpp"
#include "src/gfn/conditioning.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

class OnPolicySource : public TrajectorySource {
 public:
  // Trajectory i of step t uses the random stream (seed, t, i) and conditioning.draw(t, i). group:
  // the processes that draw the training.blocks blocks of the batch together.
  OnPolicySource(const Environment& environment, Reward& reward,
                 const ExplorationConfig& exploration, const TrainingConfig& training,
                 const Conditioning& conditioning, std::uint64_t seed,
                 Communicator& group = single_process());

  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;

 private:
  Exploration exploration_at(std::int64_t step) const;

  const Environment& environment_;
  Reward& reward_;
  ExplorationConfig exploration_;
  TrainingConfig training_;
  Conditioning conditioning_;
  SharedWork work_;
  std::uint64_t seed_;
};

}  // namespace fragflow
