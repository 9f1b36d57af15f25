// Molecules with dummy atoms at slots: canonical names, and conversion to fragments.
#pragma once

#include <GraphMol/RWMol.h>

#include <string>
#include <vector>

#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

// Canonical SMILES with a dummy atom at each slot: equal for equal synthons, for any numbering of
// their slots.
struct SynthonKey {
  std::string key;
  std::vector<int> slots;  // slot numbers, in the order of the key
};

// The isotope of a dummy atom is the number of its slot, counted from 1; 0: not yet numbered.
SynthonKey synthon_key(const RDKit::RWMol& molecule);

// Canonical SMILES including slot numbers.
std::string labelled_smiles(const RDKit::RWMol& molecule);

// For two slots: whether they are symmetric, so that the key does not distinguish them.
bool slots_are_alike(const RDKit::RWMol& molecule);

bool has_two_slots_on_one_atom(const RDKit::RWMol& molecule);

// Assigns this number, counted from 0, to the slot that has none.
void number_new_slot(RDKit::RWMol& molecule, int slot);

// Whether the slot without a number is on an atom of the partner that closes another slot
// (slot_closing.hpp), and therefore not part of the block.
bool new_slot_is_at_partner(const RDKit::RWMol& molecule);

// The synthon as a fragment: capped with hydrogen, slots in the order of the key's dummy atoms,
// without types. Empty SMILES if RDKit refuses it, or two slots are on one atom.
FragmentSpec fragment_of_key(const std::string& key);

}  // namespace fragflow
