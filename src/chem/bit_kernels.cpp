#include "src/chem/bit_kernels.hpp"

#include "src/base/vector_clones.hpp"
#include "src/chem/fingerprint.hpp"

// One binary for every x86-64, using hardware popcount if available. Selected by instructions:
// target_clones of this compiler selects popcount only by processor names, which excludes other
// makers.
#if defined(__x86_64__)
#define FRAGFLOW_TARGET(instructions) __attribute__((target(instructions)))
#else
#define FRAGFLOW_TARGET(instructions)
#endif

namespace fragflow {
namespace {

// Inlined into every clone, so that it is compiled for each of them.
FRAGFLOW_INLINE int common_bits(const std::uint64_t* a, const std::uint64_t* b) {
  std::uint64_t sum = 0;
  for (int w = 0; w < FingerprintSet::kWords; ++w) sum += __builtin_popcountll(a[w] & b[w]);
  return static_cast<int>(sum);
}

FRAGFLOW_INLINE void count_all(const std::uint64_t* query, const std::uint64_t* block,
                               std::int64_t count, int* out) {
  for (std::int64_t k = 0; k < count; ++k) {
    out[k] = common_bits(query, block + k * FingerprintSet::kWords);
  }
}

FRAGFLOW_INLINE std::int64_t find_first(const std::uint64_t* query, const std::uint64_t* block,
                                        std::int64_t count, int needed) {
  for (std::int64_t k = 0; k < count; ++k) {
    if (common_bits(query, block + k * FingerprintSet::kWords) >= needed) return k;
  }
  return -1;
}

#define FRAGFLOW_KERNELS(name, instructions)                                                    \
  FRAGFLOW_TARGET(instructions)                                                                 \
  void count_##name(const std::uint64_t* query, const std::uint64_t* block, std::int64_t count, \
                    int* out) {                                                                 \
    count_all(query, block, count, out);                                                        \
  }                                                                                             \
  FRAGFLOW_TARGET(instructions)                                                                 \
  std::int64_t find_##name(const std::uint64_t* query, const std::uint64_t* block,              \
                           std::int64_t count, int needed) {                                    \
    return find_first(query, block, count, needed);                                             \
  }

FRAGFLOW_KERNELS(wide, "avx512f,avx512vpopcntdq,popcnt")
FRAGFLOW_KERNELS(narrow, "popcnt")
FRAGFLOW_KERNELS(plain, "sse2")
#undef FRAGFLOW_KERNELS

struct Kernels {
  decltype(&count_plain) count;
  decltype(&find_plain) find;
};

Kernels choose_kernels() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vpopcntdq")) return {count_wide, find_wide};
  if (__builtin_cpu_supports("popcnt")) return {count_narrow, find_narrow};
#endif
  return {count_plain, find_plain};
}

const Kernels& kernels() {
  static const Kernels chosen = choose_kernels();
  return chosen;
}

}  // namespace

void count_common_bits(const std::uint64_t* query, const std::uint64_t* block, std::int64_t count,
                       int* out) {
  kernels().count(query, block, count, out);
}

std::int64_t find_common_bits(const std::uint64_t* query, const std::uint64_t* block,
                              std::int64_t count, int needed) {
  return kernels().find(query, block, count, needed);
}

}  // namespace fragflow
