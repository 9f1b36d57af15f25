#include "src/gfn/masked_softmax.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

template <typename Real>
class MaskedSoftmax : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(MaskedSoftmax, Types);

// Counts around the blocks of 128; illegal entries have the largest logits.
TYPED_TEST(MaskedSoftmax, EqualsPlainSums) {
  using Real = TypeParam;
  const double tolerance = sizeof(Real) == 4 ? 2e-6 : 1e-13;
  Rng rng(6);
  for (const std::int64_t count : {1, 7, 127, 128, 129, 300}) {
    for (const bool stop : {false, true}) {
      std::vector<Real> logits(count), gradients(count, Real{9});
      std::vector<std::uint8_t> mask(count);
      for (std::int64_t i = 0; i < count; ++i) {
        mask[i] = i == 0 || rng.uniform() < 0.4;
        logits[i] = static_cast<Real>(3 * rng.normal() + (mask[i] != 0 ? 0 : 40));
      }
      const Real other = static_cast<Real>(0.7);
      double sum = stop ? std::exp(0.7) : 0;
      for (std::int64_t i = 0; i < count; ++i) {
        if (mask[i] != 0) sum += std::exp(static_cast<double>(logits[i]));
      }
      const Real log_sum = masked_log_sum(logits.data(), mask.data(), count, other, stop);
      EXPECT_NEAR(log_sum, std::log(sum), tolerance) << count << stop;
      masked_softmax(logits.data(), mask.data(), count, log_sum, Real{-2}, gradients.data());
      for (std::int64_t i = 0; i < count; ++i) {
        const double share = mask[i] != 0 ? std::exp(static_cast<double>(logits[i])) / sum : 0;
        EXPECT_NEAR(gradients[i], -2 * share, 2 * tolerance) << count << ' ' << i;
      }
    }
  }
}

TYPED_TEST(MaskedSoftmax, OfNothingIsTheMaskedLogit) {
  using Real = TypeParam;
  const Real logits[2] = {5, 6};
  const std::uint8_t mask[2] = {0, 0};
  EXPECT_EQ(masked_log_sum(logits, mask, 2, Real{1}, false), static_cast<Real>(-1e30));
  EXPECT_EQ(masked_log_sum(logits, mask, 2, Real{1}, true), Real{1});
}

TYPED_TEST(MaskedSoftmax, LargeLogitsDoNotOverflow) {
  using Real = TypeParam;
  const Real logits[3] = {1000, 1000, -1000};
  const std::uint8_t mask[3] = {1, 1, 1};
  EXPECT_NEAR(masked_log_sum(logits, mask, 3, Real{0}, true), 1000 + std::log(2.0), 1e-3);
  const Real apart[2] = {static_cast<Real>(-1e25), 3};
  Real shares[2];
  EXPECT_EQ(masked_log_sum(apart, mask, 2, Real{0}, false), Real{3});
  masked_softmax(apart, mask, 2, Real{3}, Real{1}, shares);
  EXPECT_NEAR(shares[0], 0, 1e-30);
  EXPECT_EQ(shares[1], Real{1});
}

}  // namespace
}  // namespace fragflow
