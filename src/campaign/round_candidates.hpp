// Where the compounds that a round may propose come from.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "src/campaign/campaign_settings.hpp"
#include "src/campaign/round_facts.hpp"
#include "src/design/design_stages.hpp"

namespace fragflow {

struct RoundCandidate {
  std::string smiles, name;  // canonical, standardised
  std::string source;        // "library", "samples" or "training"
  double score = 0;          // of the policy's reward; NaN for a library
};

struct RoundCandidates {
  std::vector<RoundCandidate> all;  // by SMILES, distinct
  CandidateCounts counts;
};

using SmilesSet = std::unordered_set<std::string>;

// Of a file of molecules; rows that cannot be read are logged and counted. taken: what is known or
// proposed. core: SMARTS that a candidate must have. Throws UserError if the file cannot be read.
RoundCandidates library_candidates(const std::string& file, const std::string& smiles_column,
                                   const SmilesSet& taken, const std::vector<std::string>& core);

// Policies draw thousands: so many of the best by the reward, whose other parts (drug-likeness,
// synthesis, alerts, nearness to what is known) a batch should not forget, are candidates.
inline constexpr std::size_t kMostOfPolicy = 2000;
// Of the run of a round: distinct samples and the best that training met.
RoundCandidates policy_candidates(const DesignPaths& paths, const SmilesSet& taken);

}  // namespace fragflow
