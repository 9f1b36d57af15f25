#include "models/known_rows.hpp"

#include <gtest/gtest.h>

#include <array>

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = 3;

// Only a few of the bits that choose a slot differ, so that many keys want the same one.
SurroundingsKey key_of(std::uint64_t i) { return {i % 7, i * 0x9e3779b97f4a7c15U}; }

std::array<float, kWidth> row_of(std::uint64_t i) {
  const auto value = static_cast<float>(i);
  return {value, -value, value / 2};
}

bool is_known(const KnownRows& rows, std::uint64_t i) {
  const float* found = rows.find(key_of(i));
  if (found == nullptr) return false;
  EXPECT_EQ((std::array{found[0], found[1], found[2]}), row_of(i));
  return true;
}

TEST(KnownRows, FindsWhatWasInsertedAndNothingElse) {
  KnownRows rows(kWidth, 3000);
  EXPECT_EQ(rows.find(key_of(0)), nullptr);
  for (std::uint64_t i = 0; i < 2500; ++i) {
    EXPECT_FALSE(is_known(rows, i));
    rows.insert(key_of(i), row_of(i).data());
    rows.insert(key_of(i), row_of(i + 1).data());  // the first stays
  }
  EXPECT_EQ(rows.size(), 2500u);
  for (std::uint64_t i = 0; i < 5000; ++i) EXPECT_EQ(is_known(rows, i), i < 2500);
}

TEST(KnownRows, ForgetsAllWhenItIsFull) {
  KnownRows rows(kWidth, 2000);
  for (std::uint64_t i = 0; i < 2000; ++i) rows.insert(key_of(i), row_of(i).data());
  rows.insert(key_of(5), row_of(5).data());  // is known: no room needed
  EXPECT_EQ(rows.size(), 2000u);
  for (std::uint64_t i = 2000; i < 3200; ++i) rows.insert(key_of(i), row_of(i).data());
  EXPECT_EQ(rows.size(), 1200u);
  for (std::uint64_t i = 0; i < 4000; ++i) EXPECT_EQ(is_known(rows, i), i >= 2000 && i < 3200);
}

}  // namespace
}  // namespace fragflow
