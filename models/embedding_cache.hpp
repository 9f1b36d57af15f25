// Rows of numbers that were computed before, found by the key of what they were computed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <vector>

#include "models/atom_environments.hpp"

namespace fragflow {

// Memory grows with the rows up to `capacity` of them. Then all are forgotten: which molecules come
// changes while a policy learns, and what they share is soon known again. Many threads may use it
// at once.
class EmbeddingCache {
 public:
  EmbeddingCache(std::int64_t width, std::size_t capacity) : width_(width), capacity_(capacity) {}

  // Row i of `rows` [keys, width] becomes what is known of keys[i]; `unknown` becomes the i of
  // which nothing is.
  void find(std::span<const AtomEnvironmentKey> keys, float* rows,
            std::vector<std::int32_t>& unknown) const;
  // rows: [keys, width]. Of keys that are known already nothing changes.
  void insert(std::span<const AtomEnvironmentKey> keys, const float* rows);

  // Not while others insert.
  std::size_t size() const { return keys_.size(); }

 private:
  // Where the key is, or the free slot where it would be.
  std::size_t slot_of(const AtomEnvironmentKey& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = key.first & mask;
    while (slots_[slot] >= 0 && !(keys_[slots_[slot]] == key)) slot = (slot + 1) & mask;
    return slot;
  }
  float* row_at(std::int32_t row) const {
    return blocks_[row / kBlock].get() + row % kBlock * width_;
  }
  void insert(const AtomEnvironmentKey& key, const float* row);
  void grow();
  void forget();

  static constexpr std::int32_t kBlock = 1024;  // rows

  const std::int64_t width_;
  const std::size_t capacity_;
  mutable std::shared_mutex mutex_;  // of all below
  // A power of two, half of them free at least; -1: free.
  std::vector<std::int32_t> slots_ = std::vector<std::int32_t>(64, -1);
  std::vector<AtomEnvironmentKey> keys_;
  std::vector<std::unique_ptr<float[]>> blocks_;  // so that no row is ever moved
};

}  // namespace fragflow
