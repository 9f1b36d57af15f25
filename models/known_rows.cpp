#include "models/known_rows.hpp"

#include <algorithm>

namespace fragflow {

void KnownRows::insert(const SurroundingsKey& key, const float* row) {
  if (2 * (keys_.size() + 1) > slots_.size()) grow();
  std::size_t slot = slot_of(key);
  if (slots_[slot] >= 0) return;
  if (keys_.size() == capacity_) {
    forget();
    slot = slot_of(key);
  }
  const auto index = static_cast<std::int32_t>(keys_.size());
  if (index == static_cast<std::int32_t>(blocks_.size()) * kBlock) {
    blocks_.push_back(std::make_unique<float[]>(kBlock * width_));
  }
  std::copy_n(row, width_, row_at(index));
  slots_[slot] = index;
  keys_.push_back(key);
}

void KnownRows::grow() {
  slots_.assign(std::max<std::size_t>(64, 2 * slots_.size()), -1);
  for (std::size_t row = 0; row < keys_.size(); ++row) {
    slots_[slot_of(keys_[row])] = static_cast<std::int32_t>(row);
  }
}

void KnownRows::forget() {
  std::fill(slots_.begin(), slots_.end(), -1);
  keys_.clear();
}

}  // namespace fragflow
