#include "envs/slot_table.hpp"

#include <numeric>

#include "src/base/check.hpp"

namespace fragflow {

SlotTable::SlotTable(const Vocabulary& vocabulary) {
  for (const Fragment& fragment : vocabulary.fragments()) {
    FRAGFLOW_CHECK(fragment.sites.size() <= kMaxSites, "{} has {} sites, at most {} are possible",
                   fragment.smiles, fragment.sites.size(), kMaxSites);
    Entry entry;
    entry.num_sites = static_cast<int>(fragment.sites.size());
    entry.first = static_cast<std::uint32_t>(permutations_.size());
    entry.num_permutations = static_cast<std::uint32_t>(fragment.automorphisms.size());
    for (int s = 0; s < entry.num_sites; ++s) {
      entry.capacity[s] = static_cast<std::uint8_t>(fragment.sites[s].capacity);
    }
    for (const std::vector<std::uint8_t>& automorphism : fragment.automorphisms) {
      SitePermutation permutation;
      std::iota(permutation.begin(), permutation.end(), std::uint8_t{0});
      std::copy(automorphism.begin(), automorphism.end(), permutation.begin());
      const auto index = static_cast<std::uint32_t>(permutations_.size()) - entry.first;
      permutations_.push_back(permutation);
      for (int s = 0; s < entry.num_sites; ++s) {
        const SitePermutation& best = permutations_[entry.first + entry.to_minimum[s]];
        if (permutation[s] < best[s]) entry.to_minimum[s] = index;
      }
    }
    FRAGFLOW_CHECK(entry.num_permutations > 0, "{} has no automorphisms, not even the identity",
                   fragment.smiles);
    entries_.push_back(entry);
  }
}

}  // namespace fragflow
