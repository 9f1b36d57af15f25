#include "src/gfn/chains.hpp"

#include <cmath>

#include "src/base/check.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

std::vector<RewardResult> evaluate_stopped(const Environment& environment, Reward& reward,
                                           const std::vector<State>& states) {
  std::vector<State> ends;
  for (const State& state : states) ends.push_back(environment.apply(state, Action::stop()));
  std::vector<RewardResult> rewards = reward.evaluate(ends);
  static_cast<void>(finite_log_rewards(rewards));  // throws for rewards that are not finite
  return rewards;
}

Chains start_chains(const Environment& environment, Reward& reward, std::int64_t count,
                    std::uint64_t seed) {
  Chains chains;
  for (const Trajectory& trajectory :
       sample_uniform_trajectories(environment, count, seed, /*stream=*/0)) {
    FRAGFLOW_CHECK(trajectory.actions.back().is_stop(), "an object that was made without a stop");
    chains.states.push_back(trajectory.states[trajectory.states.size() - 2]);
  }
  chains.rewards = evaluate_stopped(environment, reward, chains.states);
  return chains;
}

std::vector<TriedMove> move_chains(const Environment& environment, Reward& reward,
                                   ChainMoves& moves, std::span<const double> temperatures,
                                   std::vector<Rng>& generators, Chains& chains) {
  const auto proposed = moves.propose(chains.states, generators);
  std::vector<TriedMove> tried;
  std::vector<State> to;
  for (std::size_t i = 0; i < proposed.size(); ++i) {
    if (!proposed[i]) continue;
    tried.push_back({i, chains.states[i], proposed[i]->to});
    to.push_back(proposed[i]->to);
  }
  std::vector<RewardResult> rewards = evaluate_stopped(environment, reward, to);
  for (std::size_t k = 0; k < tried.size(); ++k) {
    TriedMove& move = tried[k];
    const std::size_t i = move.chain;
    const double gain = rewards[k].log_reward - chains.rewards[i].log_reward;
    move.improves = gain > 0;
    move.taken =
        std::log(generators[i].uniform()) < gain / temperatures[i] + proposed[i]->log_hastings;
    move.reward = std::move(rewards[k]);
    if (!move.taken) continue;
    chains.states[i] = move.to;
    chains.rewards[i] = move.reward;
  }
  return tried;
}

}  // namespace fragflow
