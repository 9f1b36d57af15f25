#include "src/eval/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace fragflow {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(RankByScore, TiesGoBySmilesAndMissingScoresComeLast) {
  // phenol 0.5, benzene 0.5, ethanol without a score, aniline 0.9
  const ScoredMolecules molecules{{"Oc1ccccc1", "c1ccccc1", "CCO", "Nc1ccccc1"},
                                  {0.5, 0.5, kNone, 0.9}};
  EXPECT_EQ(rank_by_score(molecules), (std::vector<std::int64_t>{3, 0, 1, 2}));
}

TEST(TopMean, UsesWhatThereIs) {
  const ScoredMolecules molecules{{"C", "CC", "CCC", "CCCC"}, {0.2, 0.9, kNone, 0.4}};
  const auto order = rank_by_score(molecules);
  EXPECT_DOUBLE_EQ(top_mean(molecules, order, 1), 0.9);
  EXPECT_DOUBLE_EQ(top_mean(molecules, order, 2), (0.9 + 0.4) / 2);
  EXPECT_DOUBLE_EQ(top_mean(molecules, order, 100), (0.9 + 0.4 + 0.2) / 3);
  EXPECT_TRUE(std::isnan(top_mean({{"C"}, {kNone}}, std::vector<std::int64_t>{0}, 10)));
}

TEST(Modes, NearCopiesOfABetterMoleculeAreNone) {
  // Hexane, heptane and octane share nearly all Morgan bits; benzoic acid shares few with them.
  const ScoredMolecules molecules{{"CCCCCC", "CCCCCCC", "CCCCCCCC", "O=C(O)c1ccccc1"},
                                  {0.3, 0.9, 0.8, 0.5}};
  const auto order = rank_by_score(molecules);
  EXPECT_EQ(find_modes(molecules, order, FingerprintKind::kMorgan2, 0.7),
            (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(find_modes(molecules, order, FingerprintKind::kMorgan2, 0.7, 0.6),
            (std::vector<std::int64_t>{1}));
  EXPECT_EQ(find_modes(molecules, order, FingerprintKind::kMorgan2, 0.7, 0.95),
            (std::vector<std::int64_t>{}));
  EXPECT_EQ(find_modes(molecules, order, FingerprintKind::kMorgan2, 0.7, -INFINITY, 1),
            (std::vector<std::int64_t>{1}));
}

TEST(Modes, TheScoreBoundIsInclusiveAndTheCutExclusive) {
  const ScoredMolecules molecules{{"CCCCCC", "CCCCCO"}, {0.5, 0.5}};  // hexane, pentanol
  const auto order = rank_by_score(molecules);
  const FingerprintSet set = fingerprints(molecules.smiles, FingerprintKind::kMorgan2);
  const double similarity = set.tanimoto(0, 1);
  ASSERT_GT(similarity, 0);
  // A cut equal to the similarity: not below it, so no second mode.
  EXPECT_EQ(find_modes(molecules, order, FingerprintKind::kMorgan2, similarity, 0.5).size(), 1u);
  const double above = std::nextafter(similarity, 2);
  EXPECT_EQ(find_modes(molecules, order, FingerprintKind::kMorgan2, above, 0.5).size(), 2u);
}

TEST(PairSimilarity, IsTheMeanOverPairs) {
  const std::vector<std::string> smiles = {"CCO", "CCN", "c1ccccc1"};
  const FingerprintSet set = fingerprints(smiles, FingerprintKind::kMorgan2);
  const PairSimilarity result = pair_similarity(smiles, FingerprintKind::kMorgan2, 0);
  EXPECT_TRUE(result.exact);
  EXPECT_EQ(result.pairs, 3);
  EXPECT_NEAR(result.mean, (set.tanimoto(0, 1) + set.tanimoto(0, 2) + set.tanimoto(1, 2)) / 3,
              1e-12);
  EXPECT_TRUE(std::isnan(pair_similarity({"CCO"}, FingerprintKind::kMorgan2, 0).mean));
}

TEST(PairSimilarity, AboveTheLimitARandomSubsetEstimatesIt) {
  // Half methane, half ethane: the pairs are 1 (same) or 0 (different molecules share no Morgan
  // bit), so the mean is (n/2 - 1) / (n - 1) over all and 1/2 +- 0.0001 over any large subset.
  std::vector<std::string> smiles(2 * kExactPairMolecules, "C");
  for (std::size_t i = 0; i < smiles.size(); i += 2) smiles[i] = "CC";
  const PairSimilarity result = pair_similarity(smiles, FingerprintKind::kMorgan2, 7);
  EXPECT_FALSE(result.exact);
  EXPECT_EQ(result.molecules, kExactPairMolecules);
  EXPECT_EQ(result.pairs, kExactPairMolecules * (kExactPairMolecules - 1) / 2);
  // With m of the 5,000 drawn being methane the mean is 1/2 + ((m - 2500)^2 - 1250) / 12.5e6: for a
  // deviation of 0.005 |m - 2500| must exceed 250, 10 standard deviations (seed 7).
  EXPECT_NEAR(result.mean, 0.5, 0.005);
  EXPECT_EQ(result.mean, pair_similarity(smiles, FingerprintKind::kMorgan2, 7).mean);
}

TEST(RankCorrelation, HandComputedWithTies) {
  EXPECT_DOUBLE_EQ(rank_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{10, 20, 90}),
                   1);
  EXPECT_DOUBLE_EQ(rank_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 1}),
                   -1);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
  EXPECT_NEAR(rank_correlation(std::vector<double>{1, 5, 5, 7}, std::vector<double>{1, 2, 3, 4}),
              4.5 / std::sqrt(4.5 * 5), 1e-12);
  EXPECT_TRUE(
      std::isnan(rank_correlation(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3})));
}

TEST(LinearFit, HandComputed) {
  // Means 2 and 4; covariance sum 4, variance sums 2 and 14.
  const LinearFit fit = linear_fit(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 7});
  EXPECT_DOUBLE_EQ(fit.slope, 2);
  EXPECT_DOUBLE_EQ(fit.intercept, 0);
  EXPECT_DOUBLE_EQ(fit.correlation, 4 / std::sqrt(2.0 * 14.0));
  const std::vector<double> constant = {5, 5}, rising = {1, 2};
  EXPECT_TRUE(std::isnan(linear_fit(constant, rising).slope));
  EXPECT_EQ(linear_fit(rising, constant).slope, 0);
  EXPECT_TRUE(std::isnan(linear_fit(rising, constant).correlation));
}

}  // namespace
}  // namespace fragflow
