#include "src/gfn/tempered_chains.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/saved_objects.hpp"

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
  std::vector<State> finished;
  for (const State& state : chains_.states) {
    finished.push_back(environment_.apply(state, Action::stop()));
  }
  save_objects("chains", finished, chains_.rewards, file);
  const std::int64_t counts[] = {static_cast<std::int64_t>(steps_), taken_, offered_, exchanged_};
  file.tensors["chains.counts"] = TensorData::from_int64({4}, counts);
}

void TemperedChains::load(const SafetensorsFile& file) {
  SavedObjects saved = load_objects("chains", environment_, file);
  const TensorData& counts = file.at("chains.counts");
  const std::int64_t* count = counts.int64s("chains.counts");
  if (saved.terminals.size() != temperatures_.size() || counts.num_elements() != 4) {
    user_error("the saved chains do not fit exploration.chains: {} objects for {} chains",
               saved.terminals.size(), temperatures_.size());
  }
  for (State& state : saved.terminals) state.stopped = false;
  chains_ = {std::move(saved.terminals), std::move(saved.rewards)};
  steps_ = static_cast<std::uint64_t>(count[0]);
  taken_ = count[1], offered_ = count[2], exchanged_ = count[3];
}

}  // namespace fragflow
