#include "models/embedding_cache.hpp"

#include <algorithm>
#include <mutex>

namespace fragflow {

void EmbeddingCache::find(std::span<const AtomEnvironmentKey> keys, float* rows,
                          std::vector<std::int32_t>& unknown) const {
  unknown.clear();
  const std::shared_lock lock(mutex_);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::int32_t row = slots_[slot_of(keys[i])];
    if (row >= 0) {
      std::copy_n(row_at(row), width_, rows + i * width_);
    } else {
      unknown.push_back(static_cast<std::int32_t>(i));
    }
  }
}

void EmbeddingCache::insert(std::span<const AtomEnvironmentKey> keys, const float* rows) {
  const std::unique_lock lock(mutex_);
  for (std::size_t i = 0; i < keys.size(); ++i) insert(keys[i], rows + i * width_);
}

void EmbeddingCache::insert(const AtomEnvironmentKey& key, const float* row) {
  if (slots_[slot_of(key)] >= 0) return;
  if (keys_.size() == capacity_) forget();
  if (2 * (keys_.size() + 1) > slots_.size()) grow();
  const auto index = static_cast<std::int32_t>(keys_.size());
  if (index == static_cast<std::int32_t>(blocks_.size()) * kBlock) {
    blocks_.push_back(std::make_unique<float[]>(kBlock * width_));
  }
  std::copy_n(row, width_, row_at(index));
  slots_[slot_of(key)] = index;
  keys_.push_back(key);
}

void EmbeddingCache::grow() {
  slots_.assign(2 * slots_.size(), -1);
  for (std::size_t row = 0; row < keys_.size(); ++row) {
    slots_[slot_of(keys_[row])] = static_cast<std::int32_t>(row);
  }
}

void EmbeddingCache::forget() {
  std::fill(slots_.begin(), slots_.end(), -1);
  keys_.clear();
}

}  // namespace fragflow
