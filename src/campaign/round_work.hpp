// The work of the stages of a round (src/campaign/round_stages.hpp).
#pragma once

#include <cstdint>
#include <optional>

#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/proposer.hpp"
#include "src/campaign/round_candidates.hpp"
#include "src/campaign/round_facts.hpp"
#include "src/campaign/round_stages.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/model_facts.hpp"

namespace fragflow {

class Round {
 public:
  // The campaign must outlive it and not change.
  Round(const Campaign& campaign, const RoundContext& context);

  // Each writes its files into the folder of the round and returns facts; empty if a signal stopped
  // it.
  KnownFacts write_known() const;  // the compounds that are known, as a design has them
  std::optional<RoundModelFacts> fit_model(const KnownFacts& known) const;
  VocabularyFacts choose_fragments() const;
  RoundRewardFacts write_reward(const KnownFacts& known, const VocabularyFacts& vocabulary,
                                const RoundModelFacts& model) const;
  std::optional<TrainFacts> train_policy() const;
  BatchFacts choose_batch(const KnownFacts& known) const;

  const DesignPaths& paths() const { return paths_; }
  const DesignSettings& design() const { return design_; }
  const RoundContext& context() const { return context_; }
  // The round whose policy is continued; 0: none.
  std::int64_t last_policy() const { return last_policy_; }

 private:
  RoundCandidates find_candidates(const KnownFacts& known) const;
  void write_batch(const RoundCandidates& candidates, const ActivityTable& known,
                   const BatchAnswer& answer) const;

  const Campaign& campaign_;
  RoundContext context_;
  DesignPaths paths_;
  std::int64_t last_policy_;
  DesignSettings design_;
};

}  // namespace fragflow
