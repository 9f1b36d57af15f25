#include "src/base/workspace.hpp"

#include <algorithm>

namespace fragflow {

void Workspace::add_block(std::size_t size) {
  blocks_.push_back(
      {std::unique_ptr<std::byte[], Free>(new (std::align_val_t{kAlignment}) std::byte[size]),
       size});
  used_ = 0;
}

void* Workspace::take_bytes(std::size_t size) {
  constexpr std::size_t kSmallestBlock = 1 << 16;
  size = (size + kAlignment - 1) / kAlignment * kAlignment;
  if (blocks_.empty() || used_ + size > blocks_.back().size) {
    add_block(std::max({size, kSmallestBlock, blocks_.empty() ? 0 : 2 * blocks_.back().size}));
  }
  std::byte* const taken = blocks_.back().bytes.get() + used_;
  used_ += size;
  return taken;
}

void Workspace::reset() {
  used_ = 0;
  if (blocks_.size() < 2) return;
  // A single block large enough for the same computation.
  std::size_t total = 0;
  for (const Block& block : blocks_) total += block.size;
  blocks_.clear();
  add_block(total);
}

}  // namespace fragflow
