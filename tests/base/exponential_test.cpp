#include "src/base/exponential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace fragflow {
namespace {

TEST(Exponential, IsWithinRoundingOfTheTrueValue) {
  for (double x = -86; x <= 86; x += 0.0137) {
    const double expected = std::exp(static_cast<double>(static_cast<float>(x)));
    ASSERT_NEAR(exponential(static_cast<float>(x)) / expected, 1.0, 4e-7) << x;
  }
  EXPECT_EQ(exponential(0.0f), 1.0f);
}

TEST(Exponential, HasLimitsInsteadOfOverflow) {
  EXPECT_LT(exponential(-1000.0f), 1e-37f);
  EXPECT_GE(exponential(-1000.0f), 0.0f);
  EXPECT_GT(exponential(1000.0f), 1e37f);
  EXPECT_TRUE(std::isfinite(exponential(1000.0f)));
  EXPECT_NEAR(exponential<62>(100.0f) / std::exp2(62.0f), 1.0, 0.5);
  EXPECT_NEAR(exponential<62>(-100.0f) * std::exp2(62.0f), 1.0, 0.5);
}

TEST(Exponential, OfNoNumberIsNone) {
  EXPECT_TRUE(std::isnan(exponential(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
}  // namespace fragflow
