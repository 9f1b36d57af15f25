#include "models/embedding_cache.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace fragflow {
namespace {

constexpr std::int64_t kWidth = 3;

// Only a few of the bits that choose a slot differ, so that many keys want the same one.
AtomEnvironmentKey key_of(std::uint64_t i) { return {i % 7, i * 0x9e3779b97f4a7c15U}; }

std::array<float, kWidth> row_of(std::uint64_t i) {
  const auto value = static_cast<float>(i);
  return {value, -value, value / 2};
}

void insert(EmbeddingCache& rows, std::uint64_t i, std::uint64_t row) {
  rows.insert(std::array{key_of(i)}, row_of(row).data());
}

// Which of keys [0, count) are known, each with its row.
std::vector<bool> known(const EmbeddingCache& rows, std::uint64_t count) {
  std::vector<AtomEnvironmentKey> keys;
  for (std::uint64_t i = 0; i < count; ++i) keys.push_back(key_of(i));
  std::vector<float> found(count * kWidth);
  std::vector<std::int32_t> unknown = {-1};
  rows.find(keys, found.data(), unknown);
  std::vector<bool> result(count, true);
  for (const std::int32_t i : unknown) result[i] = false;
  for (std::uint64_t i = 0; i < count; ++i) {
    const float* row = found.data() + i * kWidth;
    if (result[i]) {
      EXPECT_EQ((std::array{row[0], row[1], row[2]}), row_of(i));
    }
  }
  return result;
}

// True for [first, last).
std::vector<bool> range(std::size_t first, std::size_t last, std::size_t count) {
  std::vector<bool> result(count);
  for (std::size_t i = first; i < last; ++i) result[i] = true;
  return result;
}

TEST(EmbeddingCache, FindsWhatWasInsertedAndNothingElse) {
  EmbeddingCache rows(kWidth, 3000);
  EXPECT_EQ(known(rows, 10), range(0, 0, 10));
  for (std::uint64_t i = 0; i < 2500; ++i) {
    insert(rows, i, i);
    insert(rows, i, i + 1);  // the first stays
  }
  EXPECT_EQ(rows.size(), 2500u);
  EXPECT_EQ(known(rows, 5000), range(0, 2500, 5000));
}

TEST(EmbeddingCache, ForgetsAllWhenItIsFull) {
  EmbeddingCache rows(kWidth, 2000);
  for (std::uint64_t i = 0; i < 2000; ++i) insert(rows, i, i);
  insert(rows, 5, 5);  // is known: no room needed
  EXPECT_EQ(rows.size(), 2000u);
  for (std::uint64_t i = 2000; i < 3200; ++i) insert(rows, i, i);
  EXPECT_EQ(rows.size(), 1200u);
  EXPECT_EQ(known(rows, 4000), range(2000, 3200, 4000));
}

TEST(EmbeddingCache, ManyThreadsFindAndInsertAtOnce) {
  constexpr int kCount = 4000;
  EmbeddingCache rows(kWidth, kCount / 3);  // forgets in between
#pragma omp parallel for num_threads(4)
  for (int i = 0; i < kCount; ++i) {
    insert(rows, i, i);
    known(rows, 20);
  }
  known(rows, kCount);
  EXPECT_LE(rows.size(), std::size_t{kCount} / 3);
}

}  // namespace
}  // namespace fragflow
