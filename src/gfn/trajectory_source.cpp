#include "src/gfn/trajectory_source.hpp"

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/chain_source.hpp"
#include "src/gfn/genetic_source.hpp"
#include "src/gfn/local_search_source.hpp"
#include "src/gfn/on_policy_source.hpp"
#include "src/gfn/replay_source.hpp"

namespace fragflow {

std::vector<RewardResult> evaluate_ends(Reward& reward,
                                        const std::vector<Trajectory>& trajectories) {
  std::vector<State> ends;
  ends.reserve(trajectories.size());
  for (const Trajectory& trajectory : trajectories) ends.push_back(trajectory.terminal());
  std::vector<RewardResult> results = reward.evaluate(ends);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Condition& condition = trajectories[i].condition;
    if (condition.is_used()) results[i] = reward.under(condition, ends[i], std::move(results[i]));
  }
  return results;
}

std::vector<double> finite_log_rewards(std::span<const RewardResult> rewards) {
  std::vector<double> log_rewards;
  log_rewards.reserve(rewards.size());
  for (const RewardResult& reward : rewards) {
    if (!std::isfinite(reward.log_reward)) {
      user_error("the reward of '{}' is not finite (log R = {}); set a floor in [reward]",
                 reward.object, reward.log_reward);
    }
    log_rewards.push_back(reward.log_reward);
  }
  return log_rewards;
}

std::unique_ptr<TrajectorySource> make_source(const Environment& environment, Reward& reward,
                                              const ExplorationConfig& exploration,
                                              const TrainingConfig& training, bool learned_backward,
                                              std::uint64_t seed, const Conditioning& conditioning,
                                              std::span<const DatasetObject> known,
                                              Communicator& group) {
  std::unique_ptr<TrajectorySource> source = std::make_unique<OnPolicySource>(
      environment, reward, exploration, training, conditioning, mix_seed(seed, "training"), group);
  if (exploration.local_search.rounds > 0) {
    source = std::make_unique<LocalSearchSource>(std::move(source), environment, reward,
                                                 exploration.local_search, learned_backward,
                                                 mix_seed(seed, "local search"));
  }
  if (exploration.genetic.batch_size > 0) {
    source =
        std::make_unique<GeneticSource>(std::move(source), environment, reward, exploration.genetic,
                                        learned_backward, mix_seed(seed, "genetic"), known);
  }
  if (exploration.chains.groups > 0) {
    source =
        std::make_unique<ChainSource>(std::move(source), environment, reward, exploration.chains,
                                      learned_backward, mix_seed(seed, "chains"));
  }
  if (exploration.replay.batch_size > 0) {
    source = std::make_unique<ReplaySource>(std::move(source), environment, exploration.replay,
                                            learned_backward, mix_seed(seed, "replay"), known);
  }
  return source;
}

}  // namespace fragflow
