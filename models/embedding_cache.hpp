// A cache of rows of numbers, keyed by the atom environments they were computed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <vector>

#include "models/atom_environments.hpp"

namespace fragflow {

// Memory grows up to `capacity` rows; then the cache is
// cleared: the molecules change while a policy learns, and
// their common environments are soon cached again. Thread-safe.
class EmbeddingCache {
 public:
  EmbeddingCache(std::int64_t width, std::size_t capacity) : width_(width), capacity_(capacity) {}

  // Fills row i of `rows` [keys, width] with the cached row for keys[i]; `unknown` becomes the
  // indices i that are not cached.
  void find(std::span<const AtomEnvironmentKey> keys, float* rows,
            std::vector<std::int32_t>& unknown) const;
  // rows: [keys, width]. Keys that are already cached are left unchanged.
  void insert(std::span<const AtomEnvironmentKey> keys, const float* rows);

  // Must not run at the same time as insert().
  std::size_t size() const { return keys_.size(); }

 private:
  // The slot that holds the key, or the free slot where it would be inserted.
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
  mutable std::shared_mutex mutex_;  // guards all members below
  // Size is a power of two, at least half of the slots free; -1: free.
  std::vector<std::int32_t> slots_ = std::vector<std::int32_t>(64, -1);
  std::vector<AtomEnvironmentKey> keys_;
  std::vector<std::unique_ptr<float[]>> blocks_;  // blocks, so that rows never move
};

}  // namespace fragflow
