// The compounds that a campaign has proposed.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// A row of proposals.csv. Activities are in the unit of the campaign.
struct Proposal {
  std::string id;  // "R2-07": the seventh of round 2
  std::int64_t round = 0;
  std::string smiles, name;  // canonical, standardised; from the library, or ""
  std::string source;        // "library", or the policy's "samples" or "training"
  // For a new measurement of the compound, by the model of the round.
  double predicted = 0, deviation = 0;
  std::string strategy;
  double acquisition = 0;  // the value used by the strategy
  std::string nearest_smiles, nearest_name;
  double nearest_activity = 0, nearest_similarity = 0;      // Tanimoto, Morgan radius 2
  double score = std::numeric_limits<double>::quiet_NaN();  // the reward of the policy, if any
};

// "R2-07"; at least two digits.
std::string proposal_id(std::int64_t round, std::size_t place);
// Whether text may be a proposal id.
bool looks_like_proposal_id(std::string_view text);

std::string proposals_header();
std::string proposal_row(const Proposal& proposal);
std::vector<Proposal> parse_proposals(std::string_view text, const std::string& source);

// The same for the laboratory, with an empty result column named `target` (as in the first table,
// so that `add` can read the completed file).
std::string plate_csv(const std::vector<Proposal>& proposals, const std::string& target);

}  // namespace fragflow
