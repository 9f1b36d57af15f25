// Memory for the arrays of one computation, released together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace fragflow {

// Keeps its memory for the next computation, which would otherwise page-fault fresh memory.
class Workspace {
 public:
  // `count` uninitialised values, aligned to 64 bytes; valid until reset().
  template <typename Value>
  Value* take(std::int64_t count) {
    return static_cast<Value*>(take_bytes(static_cast<std::size_t>(count) * sizeof(Value)));
  }
  void reset();

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(std::byte* bytes) const {
      ::operator delete[](bytes, std::align_val_t{kAlignment});
    }
  };
  struct Block {
    std::unique_ptr<std::byte[], Free> bytes;
    std::size_t size = 0;
  };

  void* take_bytes(std::size_t size);
  void add_block(std::size_t size);

  std::vector<Block> blocks_;
  std::size_t used_ = 0;  // bytes used of the last block
};

}  // namespace fragflow
