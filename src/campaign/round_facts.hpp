// Facts reported by the stages of a round (src/base/facts.hpp); stored in round.json together with
// VocabularyFacts and TrainFacts of src/design.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "src/design/motif_facts.hpp"
#include "src/design/reward_facts.hpp"

namespace fragflow {

// The known compounds.
struct KnownFacts {
  std::int64_t molecules = 0, bounded = 0;  // measured; known only by a bound
  bool in_potency = false, higher_is_better = true;
  MotifFacts motifs;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("molecules", molecules);
    visit.fact("bounded", bounded);
    visit.fact("in_potency", in_potency);
    visit.fact("higher_is_better", higher_is_better);
    visit.fact("motifs", motifs);
  }
};

// The model, with its cross-validation.
struct RoundModelFacts {
  std::int64_t molecules = 0, bounds = 0;  // trained on
  std::string description;                 // readable text
  double scaffold_rmse = 0, scaffold_r2 = 0, random_rmse = 0, random_r2 = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("molecules", molecules);
    visit.fact("bounds", bounds);
    visit.fact("description", description);
    visit.fact("scaffold_rmse", scaffold_rmse);
    visit.fact("scaffold_r2", scaffold_r2);
    visit.fact("random_rmse", random_rmse);
    visit.fact("random_r2", random_r2);
  }
};

// The reward of the policy.
struct RoundRewardFacts {
  ConfigFacts config;
  double kappa = 0;  // reward_kappa (src/campaign/round_stages.hpp)

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    config.visit_fields(visit);
    visit.fact("kappa", kappa);
  }
};

// Number of candidates, and of compounds excluded by reason.
struct CandidateCounts {
  std::string from;  // "policy" or a file
  // For a file.
  std::optional<std::int64_t> rows, unreadable, repeated;
  std::int64_t known = 0;
  std::optional<std::int64_t> without_core;
  // For a policy: see ShortlistRequest, and the maximum number requested.
  std::optional<std::int64_t> unfit, found;
  std::int64_t candidates = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("from", from);
    visit.fact("rows", rows);
    visit.fact("unreadable", unreadable);
    visit.fact("repeated", repeated);
    visit.fact("known", known);
    visit.fact("without_core", without_core);
    visit.fact("unfit", unfit);
    visit.fact("found", found);
    visit.fact("candidates", candidates);
  }
};

struct BatchFacts {
  CandidateCounts candidates;
  std::int64_t joint = 0;        // candidates considered jointly
  std::int64_t open_before = 0;  // proposals without a result
  std::int64_t proposed = 0;
  std::int64_t relaxed = 0;  // of them, more similar than requested

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("candidates", candidates);
    visit.fact("joint", joint);
    visit.fact("open_before", open_before);
    visit.fact("proposed", proposed);
    visit.fact("relaxed", relaxed);
  }
};

}  // namespace fragflow
