#include "src/gfn/tempered_chains.hpp"

#include <cmath>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {

TemperedChains::TemperedChains(const Environment& environment, Reward& reward,
                               const TemperedConfig& config, std::uint64_t seed)
    : environment_(environment),
      reward_(reward),
      config_(config),
      seed_(mix_seed(seed, "tempered chains")),
      moves_(make_uniform_moves(environment)) {
  FRAGFLOW_CHECK(config.groups > 0 && config.temperatures > 0 && config.hottest >= 1,
                 "{} groups of {} temperatures up to {}", config.groups, config.temperatures,
                 config.hottest);
  for (int k = 0; k < config.temperatures; ++k) {
    const double done = config.temperatures == 1 ? 0.0 : k / (config.temperatures - 1.0);
    temperature_.push_back(std::pow(config.hottest, done));
  }
  const std::int64_t count = config.groups * config.temperatures;
  for (const Trajectory& trajectory :
       sample_uniform_trajectories(environment, count, mix_seed(seed_, "start"), /*stream=*/0)) {
    FRAGFLOW_CHECK(trajectory.actions.back().is_stop(), "an object that was made without a stop");
    states_.push_back(trajectory.states[trajectory.states.size() - 2]);
  }
  rewards_ = evaluate(states_);
}

TemperedChains::~TemperedChains() = default;

std::vector<RewardResult> TemperedChains::evaluate(const std::vector<State>& states) {
  std::vector<State> ends;
  for (const State& state : states) ends.push_back(environment_.apply(state, Action::stop()));
  std::vector<RewardResult> rewards = reward_.evaluate(ends);
  for (const RewardResult& reward : rewards) {
    if (std::isfinite(reward.log_reward)) continue;
    user_error("the reward of '{}' is not finite (log R = {}); set a floor in [reward]",
               reward.object, reward.log_reward);
  }
  return rewards;
}

void TemperedChains::step() {
  std::vector<Rng> generators;
  for (std::size_t i = 0; i < states_.size(); ++i) generators.emplace_back(seed_, steps_, i);
  const auto moves = moves_->propose(states_, generators);
  std::vector<std::size_t> moved;
  std::vector<State> to;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    if (!moves[i]) continue;
    moved.push_back(i);
    to.push_back(moves[i]->to);
  }
  std::vector<RewardResult> rewards = evaluate(to);
  for (std::size_t k = 0; k < moved.size(); ++k) {
    const std::size_t i = moved[k], rung = i % temperature_.size();
    const double gain = rewards[k].log_reward - rewards_[i].log_reward;
    const bool taken =
        std::log(generators[i].uniform()) < gain / temperature_[rung] + moves[i]->log_hastings;
    if (rung == 0) taken_ += taken;
    if (!taken) continue;
    states_[i] = to[k];
    rewards_[i] = std::move(rewards[k]);
  }
  proposed_ += config_.groups;
  exchange();
  ++steps_;
}

void TemperedChains::exchange() {
  // Even and odd pairs in turn, so that the pairs of a step share no chain.
  for (std::int64_t g = 0; g < config_.groups; ++g) {
    Rng rng(seed_, steps_, states_.size() + static_cast<std::uint64_t>(g));
    for (std::size_t k = steps_ % 2; k + 1 < temperature_.size(); k += 2) {
      const std::size_t a = static_cast<std::size_t>(g) * temperature_.size() + k, b = a + 1;
      const double log_acceptance = (1 / temperature_[k] - 1 / temperature_[k + 1]) *
                                    (rewards_[b].log_reward - rewards_[a].log_reward);
      ++offered_;
      if (std::log(rng.uniform()) >= log_acceptance) continue;
      ++exchanged_;
      std::swap(states_[a], states_[b]);
      std::swap(rewards_[a], rewards_[b]);
    }
  }
}

State TemperedChains::state(std::int64_t group) const {
  return environment_.apply(states_[static_cast<std::size_t>(group) * temperature_.size()],
                            Action::stop());
}

const RewardResult& TemperedChains::reward(std::int64_t group) const {
  return rewards_[static_cast<std::size_t>(group) * temperature_.size()];
}

double TemperedChains::moved() const {
  return static_cast<double>(taken_) / static_cast<double>(std::max<std::int64_t>(1, proposed_));
}

double TemperedChains::exchanged() const {
  return static_cast<double>(exchanged_) / static_cast<double>(std::max<std::int64_t>(1, offered_));
}

}  // namespace fragflow
