#include "src/base/text.hpp"

#include <gtest/gtest.h>

namespace fragflow {
namespace {

TEST(Text, EditDistance) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Text, NearestNameKnowsWhenNothingIsNear) {
  const std::vector<std::string> names = {"learning_rate", "batch_size"};
  EXPECT_EQ(nearest_name("learning_rte", names), "learning_rate");
  EXPECT_FALSE(nearest_name("xyz", names).has_value());
}

TEST(Text, ParseDoubleTakesTheWholeText) {
  EXPECT_EQ(parse_double(" 1.5\r"), 1.5);
  EXPECT_EQ(parse_double("+2e-3"), 2e-3);
  for (const char* bad : {"", "1.5x", ">5", "nan", "inf", "1,5"}) {
    EXPECT_FALSE(parse_double(bad).has_value()) << bad;
  }
}

TEST(Text, LargeScoresAreShort) {
  EXPECT_EQ(format_score(0.60254, 3), "0.603");
  EXPECT_EQ(format_score(999999, 1), "999999.0");
  EXPECT_EQ(format_score(-1e300, 4), "-1e+300");
}

}  // namespace
}  // namespace fragflow
