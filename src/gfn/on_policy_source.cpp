#include "src/gfn/on_policy_source.hpp"

#include <algorithm>

#include "src/gfn/shared_trajectories.hpp"

namespace fragflow {

OnPolicySource::OnPolicySource(const Environment& environment, Reward& reward,
                               const ExplorationConfig& exploration, const TrainingConfig& training,
                               const Conditioning& conditioning, std::uint64_t seed,
                               Communicator& group)
    : environment_(environment),
      reward_(reward),
      exploration_(exploration),
      training_(training),
      conditioning_(conditioning),
      work_{&group, training.blocks},
      seed_(seed) {}

Exploration OnPolicySource::exploration_at(std::int64_t step) const {
  const double done =
      std::min(1.0, static_cast<double>(step) / static_cast<double>(training_.steps));
  return {exploration_.epsilon + done * (exploration_.epsilon_final - exploration_.epsilon),
          exploration_.temperature, exploration_.stop};
}

SourceBatch OnPolicySource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch;
  std::vector<Trajectory> begun = begin_trajectories(environment_, training_.batch_size);
  for (std::size_t i = 0; i < begun.size(); ++i) {
    begun[i].condition = conditioning_.draw(step, static_cast<std::int64_t>(i));
  }
  batch.learn.trajectories =
      complete_together(work_, environment_, policy, std::move(begun), seed_,
                        static_cast<std::uint64_t>(step), exploration_at(step));
  observer.phase_done(StepPhase::kSampling);
  batch.learn.rewards = evaluate_ends(reward_, batch.learn.trajectories);
  observer.phase_done(StepPhase::kReward);
  batch.visited = batch.learn;
  return batch;
}

}  // namespace fragflow
