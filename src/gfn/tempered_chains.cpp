#include "src/gfn/tempered_chains.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/state_tensor.hpp"

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
  for (std::int64_t g = 0; g < config.groups; ++g) {
    for (int k = 0; k < config.temperatures; ++k) {
      const double done = config.temperatures == 1 ? 0.0 : k / (config.temperatures - 1.0);
      temperatures_.push_back(std::pow(config.hottest, done));
    }
  }
}

TemperedChains::~TemperedChains() = default;

void TemperedChains::start() {
  chains_ =
      start_chains(environment_, reward_, std::ssize(temperatures_), mix_seed(seed_, "start"));
}

std::vector<TriedMove> TemperedChains::step() {
  FRAGFLOW_CHECK(!chains_.states.empty(), "chains that were not started");
  std::vector<Rng> generators;
  for (std::size_t i = 0; i < temperatures_.size(); ++i) generators.emplace_back(seed_, steps_, i);
  std::vector<TriedMove> moves =
      move_chains(environment_, reward_, *moves_, temperatures_, generators, chains_);
  for (const TriedMove& tried : moves) {
    const bool is_coldest = tried.chain % static_cast<std::size_t>(config_.temperatures) == 0;
    taken_ += is_coldest && tried.taken;
  }
  exchange();
  ++steps_;
  return moves;
}

void TemperedChains::exchange() {
  // Alternates between even and odd pairs, so that the pairs of a step are disjoint.
  for (std::int64_t g = 0; g < config_.groups; ++g) {
    Rng rng(seed_, steps_, temperatures_.size() + static_cast<std::uint64_t>(g));
    for (int k = static_cast<int>(steps_ % 2); k + 1 < config_.temperatures; k += 2) {
      const std::size_t a = coldest_of(g) + static_cast<std::size_t>(k), b = a + 1;
      const double log_acceptance = (1 / temperatures_[a] - 1 / temperatures_[b]) *
                                    (chains_.rewards[b].log_reward - chains_.rewards[a].log_reward);
      ++offered_;
      if (std::log(rng.uniform()) >= log_acceptance) continue;
      ++exchanged_;
      std::swap(chains_.states[a], chains_.states[b]);
      std::swap(chains_.rewards[a], chains_.rewards[b]);
    }
  }
}

std::size_t TemperedChains::coldest_of(std::int64_t group) const {
  return static_cast<std::size_t>(group * config_.temperatures);
}

State TemperedChains::state(std::int64_t group) const {
  return environment_.apply(chains_.states[coldest_of(group)], Action::stop());
}

const RewardResult& TemperedChains::reward(std::int64_t group) const {
  return chains_.rewards[coldest_of(group)];
}

double TemperedChains::moved() const {
  const auto proposed = static_cast<double>(steps_) * static_cast<double>(config_.groups);
  return static_cast<double>(taken_) / std::max(1.0, proposed);
}

double TemperedChains::exchanged() const {
  return static_cast<double>(exchanged_) / static_cast<double>(std::max<std::int64_t>(1, offered_));
}

void TemperedChains::save(SafetensorsFile& file) const {
  std::vector<double> rewards;
  std::vector<std::int64_t> valid;
  for (const RewardResult& reward : chains_.rewards) {
    rewards.push_back(reward.log_reward);
    rewards.push_back(reward.score);
    valid.push_back(reward.valid);
  }
  const auto count = static_cast<std::int64_t>(valid.size());
  const std::int64_t counts[] = {static_cast<std::int64_t>(steps_), taken_, offered_, exchanged_};
  file.tensors["chains.states"] = states_tensor(chains_.states);
  file.tensors["chains.rewards"] = TensorData::from_doubles({count, 2}, rewards.data());
  file.tensors["chains.valid"] = TensorData::from_int64({count}, valid.data());
  file.tensors["chains.counts"] = TensorData::from_int64({4}, counts);
}

void TemperedChains::load(const SafetensorsFile& file) {
  Chains loaded;
  loaded.states = states_of(file.at("chains.states"), "chains.states");
  const auto size = static_cast<std::int64_t>(temperatures_.size());
  if (std::ssize(loaded.states) != size || file.at("chains.rewards").num_elements() != 2 * size ||
      file.at("chains.valid").num_elements() != size ||
      file.at("chains.counts").num_elements() != 4) {
    user_error("the saved chains do not fit exploration.chains: {} objects for {} chains",
               loaded.states.size(), size);
  }
  const double* rewards = file.at("chains.rewards").doubles("chains.rewards");
  const std::int64_t* valid = file.at("chains.valid").int64s("chains.valid");
  const std::int64_t* counts = file.at("chains.counts").int64s("chains.counts");
  for (std::int64_t i = 0; i < size; ++i) {
    if (environment_.canonical(loaded.states[i]) != loaded.states[i]) {
      user_error("'chains.states' holds states of another environment");
    }
    RewardResult reward;
    reward.log_reward = rewards[2 * i];
    reward.score = rewards[2 * i + 1];
    reward.valid = valid[i] != 0;
    loaded.rewards.push_back(reward);
  }
  chains_ = std::move(loaded);
  steps_ = static_cast<std::uint64_t>(counts[0]);
  taken_ = counts[1], offered_ = counts[2], exchanged_ = counts[3];
}

}  // namespace fragflow
