// Rows of numbers that were computed before, found by the key of what they were computed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/surroundings.hpp"

namespace fragflow {

// Memory grows with the rows up to `capacity` of them. Then all are forgotten: which molecules come
// changes while a policy learns, and what they share is soon known again.
class KnownRows {
 public:
  KnownRows(std::int64_t width, std::size_t capacity) : width_(width), capacity_(capacity) {}

  // [width]; null if it is not known. Many threads may look, not during insert().
  const float* find(const SurroundingsKey& key) const {
    if (keys_.empty()) return nullptr;
    const std::int32_t row = slots_[slot_of(key)];
    return row < 0 ? nullptr : row_at(row);
  }
  // Does nothing if the key is known already.
  void insert(const SurroundingsKey& key, const float* row);

  std::size_t size() const { return keys_.size(); }

 private:
  // Where the key is, or the free slot where it would be.
  std::size_t slot_of(const SurroundingsKey& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = key.first & mask;
    while (slots_[slot] >= 0 && !(keys_[slots_[slot]] == key)) slot = (slot + 1) & mask;
    return slot;
  }
  float* row_at(std::int32_t row) const {
    return blocks_[row / kBlock].get() + row % kBlock * width_;
  }
  void grow();
  void forget();

  static constexpr std::int32_t kBlock = 1024;  // rows

  std::int64_t width_;
  std::size_t capacity_;
  std::vector<std::int32_t> slots_;  // a power of two, half of them free at least; -1: free
  std::vector<SurroundingsKey> keys_;
  std::vector<std::unique_ptr<float[]>> blocks_;  // so that no row is ever moved
};

}  // namespace fragflow
