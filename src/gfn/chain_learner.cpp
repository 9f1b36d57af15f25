#include "src/gfn/chain_learner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/base/check.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/state_tensor.hpp"

namespace fragflow {

ChainLearner::ChainLearner(const Environment& environment, Reward& reward,
                           std::unique_ptr<ChainMoves> moves, const ChainConfig& config,
                           const TrainingConfig& training, std::uint64_t seed)
    : environment_(environment),
      reward_(reward),
      moves_(std::move(moves)),
      config_(config),
      training_(training),
      seed_(mix_seed(seed, "chains")) {}

double ChainLearner::log_z() const { return std::numeric_limits<double>::quiet_NaN(); }

double ChainLearner::temperature() const {
  const double done =
      std::min(1.0, static_cast<double>(steps_done_) / static_cast<double>(training_.steps));
  return config_.temperature * std::pow(config_.temperature_final / config_.temperature, done);
}

State ChainLearner::finished(const State& state) const {
  return environment_.apply(state, Action::stop());
}

std::vector<RewardResult> ChainLearner::evaluate(const std::vector<State>& states) {
  std::vector<State> ends;
  for (const State& state : states) ends.push_back(finished(state));
  std::vector<RewardResult> rewards = reward_.evaluate(ends);
  for (const RewardResult& reward : rewards) {
    if (std::isfinite(reward.log_reward)) continue;
    user_error("the reward of '{}' is not finite (log R = {}); set a floor in [reward]",
               reward.object, reward.log_reward);
  }
  return rewards;
}

Experience ChainLearner::visited(const Chains& chains) const {
  Experience experience;
  experience.rewards = chains.rewards;
  for (const State& state : chains.states) {
    experience.trajectories.push_back({{finished(state)}, {}});
  }
  return experience;
}

void ChainLearner::start() {
  chains_ = {};
  for (const Trajectory& trajectory : sample_uniform_trajectories(
           environment_, training_.batch_size, mix_seed(seed_, "start"), /*stream=*/0)) {
    FRAGFLOW_CHECK(trajectory.actions.back().is_stop(), "an object that was made without a stop");
    chains_.states.push_back(trajectory.states[trajectory.states.size() - 2]);
  }
  chains_.rewards = evaluate(chains_.states);
}

ChainLearner::Improvements ChainLearner::move(Chains& chains, std::vector<Rng>& generators,
                                              double temperature) {
  const auto moves = moves_->propose(chains.states, generators);
  std::vector<std::size_t> moved;
  std::vector<State> proposed;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    if (!moves[i]) continue;
    moved.push_back(i);
    proposed.push_back(moves[i]->to);
  }
  std::vector<RewardResult> rewards = evaluate(proposed);
  Improvements improvements;
  for (std::size_t k = 0; k < moved.size(); ++k) {
    const std::size_t i = moved[k];
    const double gain = rewards[k].log_reward - chains.rewards[i].log_reward;
    if (gain > 0) {
      improvements.from.push_back(chains.states[i]);
      improvements.to.push_back(proposed[k]);
    }
    const double log_acceptance = gain / temperature + moves[i]->log_hastings;
    if (std::log(generators[i].uniform()) >= log_acceptance) continue;
    chains.states[i] = proposed[k];
    chains.rewards[i] = std::move(rewards[k]);
  }
  return improvements;
}

StepResult ChainLearner::step() {
  StepResult result;
  if (steps_done_ == 0) {
    start();
  } else {
    std::vector<Rng> generators;
    for (std::size_t i = 0; i < chains_.states.size(); ++i) {
      generators.emplace_back(seed_, static_cast<std::uint64_t>(steps_done_), i);
    }
    const Improvements improvements = move(chains_, generators, temperature());
    result.loss = moves_->learn(improvements.from, improvements.to);
  }
  result.step = ++steps_done_;
  result.log_z = log_z();
  result.visited = visited(chains_);
  return result;
}

std::vector<Trajectory> ChainLearner::sample(std::int64_t count, std::uint64_t seed,
                                             std::uint64_t stream, const Exploration& exploration) {
  if (exploration.epsilon > 0 || exploration.temperature != 1.0) {
    user_error("chains have no policy, so that no actions of it can be replaced by random ones");
  }
  FRAGFLOW_CHECK(!chains_.states.empty(), "sampling before the first step");
  Chains chains;
  std::vector<Rng> generators;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::size_t source = static_cast<std::size_t>(i) % chains_.states.size();
    chains.states.push_back(chains_.states[source]);
    chains.rewards.push_back(chains_.rewards[source]);
    generators.emplace_back(seed, stream, i);
  }
  for (std::int64_t k = 0; k < config_.sample_moves; ++k) {
    move(chains, generators, config_.temperature_final);
  }
  return visited(chains).trajectories;
}

void ChainLearner::save(SafetensorsFile& file) const {
  file.tensors["chain.states"] = states_tensor(chains_.states);
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
  moves_->save(file);
}

void ChainLearner::load(const SafetensorsFile& file) {
  load_weights(file);
  moves_->load(file);
  steps_done_ = *file.at("steps_done").int64s("steps_done");
}

void ChainLearner::load_weights(const SafetensorsFile& file) {
  moves_->load_weights(file);
  chains_.states = states_of(file.at("chain.states"), "chain.states");
  for (const State& state : chains_.states) {
    if (environment_.canonical(state) != state) {
      user_error("'chain.states' holds states of another environment");
    }
  }
  chains_.rewards = evaluate(chains_.states);
}

}  // namespace fragflow
