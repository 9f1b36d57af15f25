// Size limits of trees of synthons, which must reserve room for their open slots.
#pragma once

#include <cstdint>
#include <vector>

#include "envs/state.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

// A state reserves room for one more fragment per open slot, and for the fewest heavy atoms of any
// fragments that the slot types allow there. So a state can be completed within max_fragments, and
// both limits are hereditary. (If reactions allow only larger fragments than types do, a state may
// be unable to complete within max_heavy_atoms; it then stops as it is.)
class SynthonLimits {
 public:
  // max_heavy_atoms 0: no limit. num_words: length of a place's row of choices.
  SynthonLimits(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed,
                int max_fragments, int max_heavy_atoms, int num_words);

  // Number of open slots of a state.
  int num_open(const State& state) const;
  bool is_within(const State& state) const;
  // Clears the bits of the blocks that are too large for an open site of this state.
  void keep_small(const State& state, Place place, std::uint64_t* row) const;

 private:
  int heavy_atoms(const State& state) const;  // of its fragments and what its open slots need

  const Vocabulary* vocabulary_;
  int max_fragments_, max_heavy_atoms_, num_words_;
  std::vector<std::vector<int>> least_;          // [fragment][site]: heavy atoms behind the site
  std::vector<std::uint64_t> with_sites_;        // [sites][word]: blocks of at most so many sites
  std::vector<std::uint64_t> with_heavy_atoms_;  // [atoms][word]: that need at most so many atoms
};

}  // namespace fragflow
