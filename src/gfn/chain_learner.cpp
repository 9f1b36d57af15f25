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

Experience ChainLearner::visited(const Chains& chains) const {
  Experience experience;
  experience.rewards = chains.rewards;
  for (const State& state : chains.states) {
    experience.trajectories.push_back({{finished(state)}, {}});
  }
  return experience;
}

std::vector<TriedMove> ChainLearner::move(Chains& chains, std::vector<Rng>& generators,
                                          double temperature) {
  const std::vector<double> temperatures(chains.states.size(), temperature);
  return move_chains(environment_, reward_, *moves_, temperatures, generators, chains);
}

StepResult ChainLearner::step() {
  StepResult result;
  if (steps_done_ == 0) {
    chains_ = start_chains(environment_, reward_, training_.batch_size, mix_seed(seed_, "start"));
  } else {
    std::vector<Rng> generators;
    for (std::size_t i = 0; i < chains_.states.size(); ++i) {
      generators.emplace_back(seed_, static_cast<std::uint64_t>(steps_done_), i);
    }
    std::vector<State> from, to;
    for (const TriedMove& tried : move(chains_, generators, temperature())) {
      if (!tried.improves) continue;
      from.push_back(tried.from);
      to.push_back(tried.to);
    }
    result.loss = moves_->learn(from, to);
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
  chains_.rewards = evaluate_stopped(environment_, reward_, chains_.states);
}

}  // namespace fragflow
