#include "src/campaign/batch_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/campaign/support.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;

class Values : public BatchScore {
 public:
  explicit Values(std::vector<double> values) : values_(std::move(values)) {}
  double value(std::size_t candidate, std::size_t) const override { return values_[candidate]; }
  void taken(std::size_t candidate) override { order.push_back(candidate); }

  std::vector<std::size_t> order;

 private:
  std::vector<double> values_;
};

std::vector<std::size_t> candidates_of(const std::vector<Pick>& picks) {
  std::vector<std::size_t> candidates;
  for (const Pick& pick : picks) candidates.push_back(pick.candidate);
  return candidates;
}

TEST(BatchChoice, TakesTheBestAndOfEqualsTheFirst) {
  const std::vector<std::string> smiles = {"CCO", "c1ccccc1", "CC(=O)O", "CCN"};
  const FingerprintSet set = fingerprints(smiles, FingerprintKind::kMorgan2);
  Values values({1, 3, 2, 3});
  const std::vector<Pick> picks = choose_batch(set, 3, 2, values);
  EXPECT_THAT(candidates_of(picks), ElementsAre(1, 3, 2));
  EXPECT_EQ(picks[0].value, 3);
  EXPECT_THAT(values.order, ElementsAre(1, 3, 2));
}

TEST(BatchChoice, LeavesOutWhatIsAlikeUntilNothingElseIsLeft) {
  // Ethanol and phenol have twins of the same fingerprint.
  const std::vector<std::string> smiles = {"CCO", "CCO", "Oc1ccccc1", "Oc1ccccc1", "CC(C)=O"};
  const FingerprintSet set = fingerprints(smiles, FingerprintKind::kMorgan2);
  Values values({5, 4, 3, 2, 1});
  const std::vector<Pick> picks = choose_batch(set, 4, 0.9, values);
  EXPECT_THAT(candidates_of(picks), ElementsAre(0, 2, 4, 1));
  EXPECT_FALSE(picks[2].relaxed);
  EXPECT_TRUE(picks[3].relaxed);
  Values again({5, 4, 3, 2, 1});
  EXPECT_THAT(candidates_of(choose_batch(set, 4, 2, again)), ElementsAre(0, 1, 2, 3));
}

TEST(BatchChoice, AllThereAreIfMoreAreAskedFor) {
  const std::vector<std::string> smiles = {"CCO", "CCN"};
  const FingerprintSet set = fingerprints(smiles, FingerprintKind::kMorgan2);
  Values values({1, 2});
  EXPECT_EQ(choose_batch(set, 5, 0.1, values).size(), 2U);
  Values none({});
  EXPECT_TRUE(choose_batch(FingerprintSet(), 5, 0.1, none).empty());
}

// Every similarity, one by one.
TEST(BatchChoice, AgreesWithPlainLoops) {
  constexpr std::size_t kSize = 40, kCount = 12;
  const FingerprintSet set = chain_fingerprints(kSize);
  Rng rng(7);
  std::vector<double> worth(kSize);
  for (double& value : worth) value = rng.uniform();
  for (const double cut : {0.3, 0.5, 0.7, 0.95}) {
    std::vector<std::size_t> expected;
    bool relaxed = false;
    while (expected.size() < kCount) {
      std::size_t best = kSize;
      for (std::size_t i = 0; i < kSize; ++i) {
        bool allowed = true;
        for (const std::size_t chosen : expected) {
          allowed &=
              chosen != i && (relaxed || set.tanimoto(static_cast<std::int64_t>(i),
                                                      static_cast<std::int64_t>(chosen)) < cut);
        }
        if (allowed && (best == kSize || worth[i] > worth[best])) best = i;
      }
      if (best == kSize) {
        relaxed = true;
      } else {
        expected.push_back(best);
      }
    }
    Values values(worth);
    EXPECT_EQ(candidates_of(choose_batch(set, kCount, cut, values)), expected) << cut;
  }
}

}  // namespace
}  // namespace fragflow
