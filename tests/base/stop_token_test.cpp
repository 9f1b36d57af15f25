#include "src/base/stop_token.hpp"

#include <gtest/gtest.h>

namespace fragflow {
namespace {

TEST(StopToken, AsksWhenAnyOfItsFlagsDoes) {
  std::atomic<bool> first = false, second = false;
  const StopToken never, one(first), both = one.or_when(second), other = never.or_when(second);
  EXPECT_FALSE(never.stop_requested() || one.stop_requested() || both.stop_requested());
  second = true;
  EXPECT_FALSE(never.stop_requested() || one.stop_requested());
  EXPECT_TRUE(both.stop_requested() && other.stop_requested());
  first = true;
  second = false;
  EXPECT_TRUE(one.stop_requested() && both.stop_requested());
  EXPECT_FALSE(other.stop_requested());
}

TEST(StopToken, HasTwoFlags) {
  std::atomic<bool> flag = false;
  EXPECT_THROW(StopToken(flag).or_when(flag).or_when(flag), InternalError);
}

}  // namespace
}  // namespace fragflow
