// target = "molecule": makes p(molecule), summed over its trees, proportional to R(molecule).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/reward/molecule_trees.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

// Divides the reward of a finished tree by the number of trees of its molecule: distinct, reachable
// and terminal in this environment (the number depends on its limits). If trees of one molecule
// differ in reward (an open must_fill slot), R(molecule) is their mean. score and the components
// are unchanged.
class MoleculeTarget : public Reward {
 public:
  // environment must outlive the reward; `reward` scores its finished trees.
  MoleculeTarget(const FragmentTree& environment, std::unique_ptr<Reward> reward);

  std::vector<std::string> component_names() const override { return reward_->component_names(); }
  // Trees without a molecule (rejected by RDKit) and unfinished ones keep their reward. If the
  // search for trees reaches its limit, those found are used, and this is logged once.
  std::vector<RewardResult> evaluate(std::span<const State> states) override;
  std::vector<RewardResult> identify(std::span<const State> states) override;
  RewardResult under(const Condition& condition, const State& state,
                     RewardResult result) const override;
  std::int64_t num_calls() const override { return reward_->num_calls(); }
  void work_in(const ScoringContext& context) override { reward_->work_in(context); }
  void save(SafetensorsFile& file) const override { reward_->save(file); }
  void load(const SafetensorsFile& file) override { reward_->load(file); }

 private:
  void divide(const State& state, RewardResult& result) const;
  void count_trees(std::span<const State> states, const std::vector<RewardResult>& results);

  std::unique_ptr<Reward> reward_;
  MoleculeTrees trees_;
  // One thread may evaluate while another asks for cached results under a condition.
  mutable std::mutex mutex_;
  std::unordered_map<std::string, double> log_num_trees_;  // by canonical SMILES
  bool warned_ = false;
};

}  // namespace fragflow
