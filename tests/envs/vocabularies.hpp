// Small vocabularies that the environment tests share.
#pragma once

#include "src/chem/vocabulary.hpp"

namespace fragflow::test {

inline Vocabulary make_vocabulary(const char* json) { return Vocabulary::parse(json, "test"); }

// Benzene, C, CO and tetrahydropyran: rings with symmetry and head-to-tail repeats.
inline constexpr const char* kRings = R"([
  ["c1ccccc1", [0, 1, 2, 3, 4, 5]], ["C", [0]], ["CO", [0, 1]],
  ["C1CCOCC1", [0, 1, 2, 4, 5]]])";

// C, O and N with one slot for each hydrogen: equal slots on one atom.
inline constexpr const char* kAtoms = R"([["C", [0, 0, 0, 0]], ["O", [0, 0]], ["N", [0, 0, 0]]])";

}  // namespace fragflow::test
