// The inner loops of similarity searches: counts of common bits of 2048-bit fingerprints.
#pragma once

#include <cstdint>

namespace fragflow {

// out[k] = number of bits that query and the k-th of `count` consecutive fingerprints share.
void count_common_bits(const std::uint64_t* query, const std::uint64_t* block, std::int64_t count,
                       int* out);

// The first k whose number of common bits is at least `needed`, or -1.
std::int64_t find_common_bits(const std::uint64_t* query, const std::uint64_t* block,
                              std::int64_t count, int needed);

}  // namespace fragflow
