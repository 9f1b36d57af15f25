// The vocabulary's sites and automorphisms in flat arrays, for the inner loops of the fragment
// tree.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "src/chem/vocabulary.hpp"

namespace fragflow {

inline constexpr int kMaxSites = 16;

// A permutation of sites: image of site s at [s]; the identity beyond the fragment's sites.
using SitePermutation = std::array<std::uint8_t, kMaxSites>;

class SlotTable {
 public:
  explicit SlotTable(const Vocabulary& vocabulary);

  int num_sites(int fragment) const { return entries_[fragment].num_sites; }
  int capacity(int fragment, int site) const { return entries_[fragment].capacity[site]; }
  // Aut(f), the identity first.
  std::span<const SitePermutation> automorphisms(int fragment) const {
    const Entry& entry = entries_[fragment];
    return {permutations_.data() + entry.first, entry.num_permutations};
  }
  // An automorphism that maps site to the smallest site of its orbit.
  const SitePermutation& to_orbit_minimum(int fragment, int site) const {
    const Entry& entry = entries_[fragment];
    return permutations_[entry.first + entry.to_minimum[site]];
  }

 private:
  struct Entry {
    int num_sites = 0;
    std::uint32_t first = 0, num_permutations = 0;
    std::array<std::uint8_t, kMaxSites> capacity{};
    std::array<std::uint32_t, kMaxSites> to_minimum{};
  };
  std::vector<Entry> entries_;
  std::vector<SitePermutation> permutations_;
};

}  // namespace fragflow
