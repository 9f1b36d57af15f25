#include "src/campaign/hits.hpp"

#include <gtest/gtest.h>

namespace fragflow {
namespace {

TEST(Hits, TheBestTenthIsAPercentileTowardsTheBetterEnd) {
  std::vector<double> values;
  for (int i = 0; i <= 10; ++i) values.push_back(10 - i);
  EXPECT_DOUBLE_EQ(best_tenth(values, true), 9);
  EXPECT_DOUBLE_EQ(best_tenth(values, false), 1);
  EXPECT_DOUBLE_EQ(best_tenth({4}, true), 4);
}

TEST(Hits, ABoundDecidesOnOneSideOnly) {
  const HitRule high{7, true};
  EXPECT_EQ(high.decides(/*above=*/false, 5), false);  // below 5
  EXPECT_EQ(high.decides(/*above=*/false, 7), false);  // below 7
  EXPECT_EQ(high.decides(/*above=*/false, 8), std::nullopt);
  EXPECT_EQ(high.decides(/*above=*/true, 7), true);  // above 7
  EXPECT_EQ(high.decides(/*above=*/true, 6), std::nullopt);
  const HitRule low{7, false};
  EXPECT_EQ(low.decides(/*above=*/true, 7), false);
  EXPECT_EQ(low.decides(/*above=*/true, 6), std::nullopt);
  EXPECT_EQ(low.decides(/*above=*/false, 6), true);
  EXPECT_EQ(low.decides(/*above=*/false, 8), std::nullopt);
}

TEST(Hits, CompoundsThatABoundLeavesOpenAreNotCounted) {
  ActivityTable table;
  table.molecules.resize(3);
  table.molecules[0].value = 7;
  table.molecules[1].value = 6.9;
  table.molecules[2].value = 8;
  table.bounds.resize(2);
  table.bounds[0].limit = 5;  // below 5: no hit
  table.bounds[1].limit = 5;
  table.bounds[1].above = true;  // open
  const HitCount count = count_hits(table, {7, true});
  EXPECT_EQ(count.hits, 2);
  EXPECT_EQ(count.decided, 4);
  EXPECT_DOUBLE_EQ(count.rate(), 0.5);
  EXPECT_EQ(HitCount().rate(), 0);
}

}  // namespace
}  // namespace fragflow
