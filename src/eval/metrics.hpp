// Figures of merit of a set of molecules. Sets hold distinct canonical SMILES.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "src/chem/fingerprint.hpp"

namespace fragflow {

// Distinct molecules with a score each; NaN: no score.
struct ScoredMolecules {
  std::vector<std::string> smiles;
  std::vector<double> scores;

  std::int64_t size() const { return static_cast<std::int64_t>(smiles.size()); }
};

// Indices by score, largest first; ties by SMILES, ascending; molecules without a score come last,
// by SMILES.
std::vector<std::int64_t> rank_by_score(const ScoredMolecules& molecules);

// Mean score of the first k molecules of the order that have a score (of all such if there are
// fewer); NaN if there are none.
double top_mean(const ScoredMolecules& molecules, std::span<const std::int64_t> order,
                std::int64_t k);

// Indices (into molecules) of the modes: going through the order, a molecule whose score is at
// least min_score is kept if its largest Tanimoto similarity to those kept before is below
// max_similarity. With min_score = -infinity molecules without a score take part too. At most
// max_modes if that is positive.
std::vector<std::int64_t> find_modes(const ScoredMolecules& molecules,
                                     std::span<const std::int64_t> order, FingerprintKind kind,
                                     double max_similarity,
                                     double min_score = -std::numeric_limits<double>::infinity(),
                                     std::int64_t max_modes = 0);

// Mean Tanimoto similarity over distinct pairs, NaN for fewer than two molecules.
struct PairSimilarity {
  double mean = std::numeric_limits<double>::quiet_NaN();
  std::int64_t molecules = 0, pairs = 0;  // used for the mean
  bool exact = true;                      // all pairs, not a random subset
};
inline constexpr std::int64_t kExactPairMolecules = 5000;

// Exact for up to kExactPairMolecules molecules; above that, over all pairs of this many molecules
// drawn at random without replacement (an unbiased estimate, a function of seed).
PairSimilarity pair_similarity(const std::vector<std::string>& smiles, FingerprintKind kind,
                               std::uint64_t seed);

// Rank correlation with mean ranks for ties (Spearman); NaN if either side is constant or fewer
// than two values are given.
double rank_correlation(std::span<const double> a, std::span<const double> b);

// Least squares: y = intercept + slope * x. NaN if x is constant or fewer than two points are
// given; correlation (Pearson) also if y is constant.
struct LinearFit {
  double slope = std::numeric_limits<double>::quiet_NaN();
  double intercept = std::numeric_limits<double>::quiet_NaN();
  double correlation = std::numeric_limits<double>::quiet_NaN();
};
LinearFit linear_fit(std::span<const double> x, std::span<const double> y);

}  // namespace fragflow
