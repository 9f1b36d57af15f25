#include "src/base/rng.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace fragflow {
namespace {

TEST(Rng, SameNameSameStream) {
  Rng a(7, 3, 5), b(7, 3, 5);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next_u64(), b.next_u64());
}

TEST(Rng, NeighbouringNamesGiveDifferentStreams) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    for (std::uint64_t step = 0; step < 20; ++step) {
      for (std::uint64_t trajectory = 0; trajectory < 20; ++trajectory) {
        firsts.insert(Rng(seed, step, trajectory).next_u64());
      }
    }
  }
  EXPECT_EQ(firsts.size(), 3u * 20u * 20u);
}

TEST(Rng, UniformHasTheRightMoments) {
  // 1e5 draws: the mean has standard error 0.0009; a false alarm at 5 errors has probability 6e-7.
  Rng rng(1, 2, 3);
  double sum = 0, squares = 0;
  constexpr int kDraws = 100000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.uniform();
    ASSERT_GE(x, 0.0);
    ASSERT_LT(x, 1.0);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * 0.0009);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3.0, 5 * 0.00095);
}

TEST(Rng, BelowIsUniform) {
  // Chi-square with 6 degrees of freedom: above 40 has probability 5e-7.
  Rng rng(0, 0, 1);
  constexpr int kDraws = 70000;
  std::vector<int> counts(7);
  for (int i = 0; i < kDraws; ++i) ++counts[rng.below(7)];
  double chi = 0;
  for (const int count : counts) chi += std::pow(count - kDraws / 7.0, 2) / (kDraws / 7.0);
  EXPECT_LT(chi, 40.0);
}

TEST(Rng, MixSeedSeparatesPurposes) {
  EXPECT_NE(mix_seed(0, "sampling"), mix_seed(0, "replay"));
  EXPECT_NE(mix_seed(0, "sampling"), mix_seed(1, "sampling"));
}

}  // namespace
}  // namespace fragflow
