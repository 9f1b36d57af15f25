#include "src/base/decimal.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace fragflow {
namespace {

TEST(Decimal, PointsCommasAndThousands) {
  EXPECT_EQ(parse_decimal("5.48", '.'), 5.48);
  EXPECT_EQ(parse_decimal(" 5,48 ", ','), 5.48);
  EXPECT_EQ(parse_decimal("1.234,5", ','), 1234.5);
  EXPECT_EQ(parse_decimal("1,234,567", '.'), 1234567.0);
  EXPECT_EQ(parse_decimal("-1,5e-3", ','), -0.0015);
  EXPECT_EQ(parse_decimal("1.5", ','), std::nullopt);  // no group of three
  EXPECT_EQ(parse_decimal("12,34,567", '.'), std::nullopt);
  EXPECT_EQ(parse_decimal("1,5", '.'), std::nullopt);
  EXPECT_EQ(parse_decimal("1.5,", '.'), std::nullopt);
  EXPECT_EQ(parse_decimal("n.d.", '.'), std::nullopt);
  EXPECT_EQ(parse_decimal("", '.'), std::nullopt);
}

char mark_of(std::vector<std::string> texts, char delimiter) {
  return find_decimal_mark(texts, delimiter);
}

TEST(Decimal, AColumnShowsItsMark) {
  EXPECT_EQ(mark_of({"5,48", "6", "7,1"}, ';'), ',');
  EXPECT_EQ(mark_of({"5.48", "6"}, ';'), '.');
  EXPECT_EQ(mark_of({"1.234,5", "1.200"}, '\t'), ',');
  EXPECT_EQ(mark_of({"1,234.5", "1,200"}, ','), '.');
  EXPECT_EQ(mark_of({"0,123"}, ';'), ',');  // no thousands begin with 0
  EXPECT_EQ(mark_of({"1,234", "12,500"}, ','), '.');
  EXPECT_EQ(mark_of({"1,234", "12,500"}, ';'), '\0');
  EXPECT_EQ(mark_of({"1,234,567", "12,500"}, ';'), '.');
  EXPECT_EQ(mark_of({"10000", "n.d.", ""}, ';'), '.');
}

}  // namespace
}  // namespace fragflow
