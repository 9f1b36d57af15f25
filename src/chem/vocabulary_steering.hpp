// Steering what is built from: a scaffold to start at, and fragments that hold a pattern.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/chem/vocabulary.hpp"

namespace fragflow {

// The vocabulary with the scaffold as its last fragment, with an identity of its own: it may be the
// same molecule as another fragment. Its slots are the neighbours of the dummy atoms of the SMILES:
// [*], [*:1] and [0*] are untyped and join anything, [16*] has the slot type "L16" (the numbers of
// BRICS). Without dummy atoms every atom with a hydrogen is one untyped slot. Stereo is dropped.
// In a vocabulary with reactions the SMILES is a compound (src/chem/synthesis/synthon_start.hpp).
// Throws UserError for a SMILES that is no molecule, a dummy atom that does not stand for one
// single bond, a slot type that the vocabulary does not know, or more than 16 slots.
Vocabulary with_start(const Vocabulary& vocabulary, const std::string& smiles);

// SMILES, as in the vocabulary, of the fragments in which one of the patterns is found, once each.
// Throws UserError for a pattern that RDKit cannot read; warns of one that is found nowhere.
std::vector<std::string> matching_fragments(const Vocabulary& vocabulary,
                                            std::span<const std::string> smarts);

}  // namespace fragflow
