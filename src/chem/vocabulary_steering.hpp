// Restricts what is built: a scaffold to start from, and fragments that contain a pattern.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/chem/vocabulary.hpp"

namespace fragflow {

// The vocabulary with the scaffold appended as its last fragment, with a separate identity: it may
// be the same molecule as another fragment. Its slots are the neighbours of the dummy atoms of the
// SMILES: [*], [*:1] and [0*] are untyped and join anything, [16*] has the slot type "L16" (as in
// BRICS). Without dummy atoms every atom with a hydrogen is one untyped slot. Stereo is dropped. In
// a vocabulary with reactions the SMILES is a compound (src/chem/synthesis/synthon_start.hpp).
// Throws UserError for a SMILES that is not a molecule, a dummy atom not attached by one single
// bond, an unknown slot type, or more than 16 slots.
Vocabulary with_start(const Vocabulary& vocabulary, const std::string& smiles);

// SMILES, as in the vocabulary, of the distinct fragments that contain one of the patterns. Throws
// UserError for a pattern that RDKit cannot parse; warns if one is found nowhere.
std::vector<std::string> matching_fragments(const Vocabulary& vocabulary,
                                            std::span<const std::string> smarts);

}  // namespace fragflow
