#include "src/gfn/trajectory_source.hpp"

#include "src/base/rng.hpp"
#include "src/gfn/on_policy_source.hpp"

namespace fragflow {

std::vector<RewardResult> evaluate_ends(Reward& reward,
                                        const std::vector<Trajectory>& trajectories) {
  std::vector<State> ends;
  ends.reserve(trajectories.size());
  for (const Trajectory& trajectory : trajectories) ends.push_back(trajectory.terminal());
  return reward.evaluate(ends);
}

std::unique_ptr<TrajectorySource> make_source(const Environment& environment, Reward& reward,
                                              const ExplorationConfig& exploration,
                                              const TrainingConfig& training, std::uint64_t seed) {
  return std::make_unique<OnPolicySource>(environment, reward, exploration, training,
                                          mix_seed(seed, "training"));
}

}  // namespace fragflow
