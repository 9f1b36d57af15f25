// The reward of finished fragment trees: the molecule is assembled, written as SMILES that survives
// a round trip, and scored exactly as written.
#pragma once

#include "src/chem/assembly.hpp"
#include "src/chem/vocabulary.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

// The fragments and joins of a fragment tree's state.
std::vector<FragmentNode> fragment_nodes(const State& state);

class MoleculeReward : public Reward {
 public:
  // Throws UserError for an inconsistent configuration; warns if the vocabulary has slots that must
  // be filled but no component depends on them.
  MoleculeReward(const Vocabulary& vocabulary, const RewardConfig& config);

  std::vector<std::string> component_names() const override { return scorer_.names(); }
  std::vector<RewardResult> evaluate(std::span<const State> states) override;
  std::vector<RewardResult> identify(std::span<const State> states) override;
  RewardResult under(const Condition& condition, const State& state,
                     RewardResult result) const override;
  std::int64_t num_calls() const override { return scorer_.num_calls(); }
  void work_in(const ScoringContext& context) override { scorer_.work_in(context); }
  void save(SafetensorsFile& file) const override { scorer_.save(file); }
  void load(const SafetensorsFile& file) override { scorer_.load(file); }

  MoleculeScorer& scorer() { return scorer_; }

 private:
  std::vector<Assembled> assemble(std::span<const State> states) const;

  Assembler assembler_;
  bool has_reactions_;
  MoleculeScorer scorer_;
};

}  // namespace fragflow
