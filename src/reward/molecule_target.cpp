#include "src/reward/molecule_target.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/log.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

bool is_divided(const State& state, const RewardResult& result) {
  return state.stopped && !result.object.empty();
}

}  // namespace

MoleculeTarget::MoleculeTarget(const FragmentTree& environment, std::unique_ptr<Reward> reward)
    : reward_(std::move(reward)), trees_(environment) {}

void MoleculeTarget::count_trees(std::span<const State> states,
                                 const std::vector<RewardResult>& results) {
  struct Count {
    std::unordered_map<std::string, double>::value_type* entry;
    bool is_trusted;
  };
  std::vector<Count> counts;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!is_divided(states[i], results[i])) continue;
    const auto [entry, is_new] = log_num_trees_.emplace(results[i].object, 0.0);
    if (is_new) counts.push_back({&*entry, true});
  }
  parallel_for(
      static_cast<std::int64_t>(counts.size()),
      [&](std::int64_t i) {
        const MoleculeTrees::Result found = trees_.find(counts[i].entry->first);
        counts[i].is_trusted = found.complete && !found.trees.empty();
        counts[i].entry->second =
            std::log(static_cast<double>(std::max<std::size_t>(found.trees.size(), 1)));
      },
      /*chunk=*/1);
  for (const Count& count : counts) {
    if (count.is_trusted || warned_) continue;
    warned_ = true;
    spdlog::warn(
        "reward.target = \"molecule\": not all trees of {} were found in time; its reward is "
        "divided by too small a number, and so may be that of others",
        count.entry->first);
  }
}

std::vector<RewardResult> MoleculeTarget::identify(std::span<const State> states) {
  return reward_->identify(states);
}

std::vector<RewardResult> MoleculeTarget::evaluate(std::span<const State> states) {
  std::vector<RewardResult> results = reward_->evaluate(states);
  count_trees(states, results);
  for (std::size_t i = 0; i < results.size(); ++i) divide(states[i], results[i]);
  return results;
}

RewardResult MoleculeTarget::under(const Condition& condition, const State& state,
                                   RewardResult result) const {
  result = reward_->under(condition, state, std::move(result));
  divide(state, result);
  return result;
}

void MoleculeTarget::divide(const State& state, RewardResult& result) const {
  if (!is_divided(state, result)) return;
  const std::lock_guard lock(mutex_);
  result.log_reward -= log_num_trees_.at(result.object);
}

}  // namespace fragflow
