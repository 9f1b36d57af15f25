#include "src/chem/bit_kernels.hpp"

#include "src/chem/fingerprint.hpp"

// One binary for every x86-64, with the processor's bit counting where it has any. The dispatch
// runs before a thread sanitizer is ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define FRAGFLOW_BIT_CLONES \
  __attribute__((target_clones("arch=icelake-server", "popcnt", "default")))
#else
#define FRAGFLOW_BIT_CLONES
#endif

namespace fragflow {
namespace {

// Inlined into every clone, so that it is compiled for each of them.
__attribute__((always_inline)) inline int common_bits(const std::uint64_t* a,
                                                      const std::uint64_t* b) {
  std::uint64_t sum = 0;
  for (int w = 0; w < FingerprintSet::kWords; ++w) sum += __builtin_popcountll(a[w] & b[w]);
  return static_cast<int>(sum);
}

}  // namespace

FRAGFLOW_BIT_CLONES
void count_common_bits(const std::uint64_t* query, const std::uint64_t* block, std::int64_t count,
                       int* out) {
  for (std::int64_t k = 0; k < count; ++k) {
    out[k] = common_bits(query, block + k * FingerprintSet::kWords);
  }
}

FRAGFLOW_BIT_CLONES
std::int64_t find_common_bits(const std::uint64_t* query, const std::uint64_t* block,
                              std::int64_t count, int needed) {
  for (std::int64_t k = 0; k < count; ++k) {
    if (common_bits(query, block + k * FingerprintSet::kWords) >= needed) return k;
  }
  return -1;
}

}  // namespace fragflow
