// Sources of the compounds that a round may propose.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "src/campaign/campaign_settings.hpp"
#include "src/campaign/round_facts.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/shortlist.hpp"

namespace fragflow {

struct RoundCandidate {
  std::string smiles, name;  // canonical, standardised
  std::string source;        // "library", "samples" or "training"
  double score = 0;          // the reward of the policy; NaN for a library
};

struct RoundCandidates {
  std::vector<RoundCandidate> all;  // by SMILES, distinct
  CandidateCounts counts;
};

using SmilesSet = std::unordered_set<std::string>;

// From a file of molecules; logs and counts unreadable rows. taken: known or proposed ones. core:
// SMARTS that candidates must contain. Throws UserError if the file cannot be read.
RoundCandidates library_candidates(const std::string& file, const std::string& smiles_column,
                                   const SmilesSet& taken, const std::vector<std::string>& core);

// A policy draws thousands of molecules. Candidates are the best of them by the reward, since its
// other parts (drug-likeness, synthesis, alerts, similarity to known compounds) matter, too.
inline constexpr std::size_t kMostOfPolicy = 2000;
// At most this many of them come from training, whose best are often near copies of each other.
inline constexpr std::size_t kMostOfTraining = 1000;
// Leaves these, best first.
void keep_best_of_policy(std::vector<ShortlistEntry>& entries);
// From the run of a round: distinct samples and the best molecules visited in training.
RoundCandidates policy_candidates(const DesignPaths& paths, const SmilesSet& taken);

}  // namespace fragflow
