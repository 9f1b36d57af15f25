// The reward of finished fragment trees: assembled, written as SMILES that survives a round trip,
// and scored as exactly what is written.
#pragma once

#include "src/chem/assembly.hpp"
#include "src/chem/vocabulary.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

// The fragments and joins of a fragment tree's state.
std::vector<FragmentNode> fragment_nodes(const State& state);

// True if a site that must be filled still has a free slot.
bool has_open_must_fill(const Vocabulary& vocabulary, const State& state);

class MoleculeReward : public Reward {
 public:
  // vocabulary must outlive the reward. Throws UserError for a configuration that does not fit.
  MoleculeReward(const Vocabulary& vocabulary, const RewardConfig& config);

  std::vector<std::string> component_names() const override { return scorer_.names(); }
  // A finished molecule with an open must_fill slot is valid but scores 0; `reason` says so.
  std::vector<RewardResult> evaluate(std::span<const State> states) override;
  std::int64_t num_calls() const override { return scorer_.num_calls(); }
  void save(SafetensorsFile& file) const override { scorer_.save(file); }
  void load(const SafetensorsFile& file) override { scorer_.load(file); }

  MoleculeScorer& scorer() { return scorer_; }

 private:
  const Vocabulary& vocabulary_;
  Assembler assembler_;
  MoleculeScorer scorer_;
};

}  // namespace fragflow
