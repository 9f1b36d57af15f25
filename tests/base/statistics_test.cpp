#include "src/base/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace fragflow {
namespace {

TEST(Statistics, MeanAndMedianOfSomeAndOfNone) {
  EXPECT_EQ(mean(std::vector<double>{1, 2, 6}), 3);
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(median({})));
}

TEST(Statistics, TheDeviationIsThatOfASample) {
  EXPECT_DOUBLE_EQ(standard_deviation(std::vector<double>{1, 2, 3, 6}), std::sqrt(14.0 / 3));
  EXPECT_TRUE(std::isnan(standard_deviation(std::vector<double>{1})));
}

TEST(Statistics, QuantilesInterpolate) {
  const std::vector<double> values = {1, 2, 4};
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 0.5), 2);
  EXPECT_EQ(quantile(values, 0.75), 3);
  EXPECT_EQ(quantile(values, 1), 4);
}

TEST(Statistics, LargeValuesDoNotOverflow) {
  const double largest = std::numeric_limits<double>::max();
  EXPECT_EQ(mean(std::vector<double>{largest, largest, -largest, -largest}), 0);
  EXPECT_DOUBLE_EQ(mean(std::vector<double>(7, largest)), largest);
  EXPECT_EQ(median({largest, largest}), largest);
  EXPECT_EQ(quantile(std::vector<double>{-largest, largest}, 0.5), 0);
  EXPECT_EQ(quantile(std::vector<double>{INFINITY, INFINITY}, 0.25), INFINITY);
}

}  // namespace
}  // namespace fragflow
