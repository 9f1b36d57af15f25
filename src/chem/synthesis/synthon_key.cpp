#include "src/chem/synthesis/synthon_key.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <map>
#include <set>

#include "src/chem/pieces.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/synthesis/slot_closing.hpp"

namespace fragflow {

SynthonKey synthon_key(const RDKit::RWMol& molecule) {
  RDKit::RWMol plain(molecule);
  std::map<int, int> slot_of_atom;
  for (RDKit::Atom* atom : plain.atoms()) {
    if (atom->getAtomicNum() != 0) continue;
    slot_of_atom[static_cast<int>(atom->getIdx())] = static_cast<int>(atom->getIsotope()) - 1;
    atom->setIsotope(0);
  }
  SynthonKey result{canonical_smiles(plain), {}};
  for (const unsigned atom :
       plain.getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder)) {
    const auto found = slot_of_atom.find(static_cast<int>(atom));
    if (found != slot_of_atom.end()) result.slots.push_back(found->second);
  }
  return result;
}

// canonical_smiles() leaves isotopes out.
std::string labelled_smiles(const RDKit::RWMol& molecule) { return RDKit::MolToSmiles(molecule); }

bool slots_are_alike(const RDKit::RWMol& molecule) {
  RDKit::RWMol swapped(molecule);
  for (RDKit::Atom* atom : swapped.atoms()) {
    if (atom->getAtomicNum() == 0) atom->setIsotope(3 - atom->getIsotope());
  }
  return labelled_smiles(swapped) == labelled_smiles(molecule);
}

bool has_two_slots_on_one_atom(const RDKit::RWMol& molecule) {
  std::set<unsigned> ends;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() != 0) continue;
    for (const RDKit::Atom* end : molecule.atomNeighbors(atom)) {
      if (!ends.insert(end->getIdx()).second) return true;
    }
  }
  return false;
}

void number_new_slot(RDKit::RWMol& molecule, int slot) {
  for (RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() == 0 && atom->getIsotope() == 0) atom->setIsotope(slot + 1);
  }
}

bool new_slot_is_at_partner(const RDKit::RWMol& molecule) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() != 0 || atom->getIsotope() != 0) continue;
    for (const RDKit::Atom* end : molecule.atomNeighbors(atom)) {
      if (end->getIsotope() >= kPartnerIsotope) return true;
    }
  }
  return false;
}

FragmentSpec fragment_of_key(const std::string& key) {
  FragmentSpec fragment;
  const auto molecule = parse_smiles(key);
  if (!molecule || has_two_slots_on_one_atom(*molecule)) return fragment;
  std::vector<int> atoms, ends;
  for (const RDKit::Atom* atom : molecule->atoms()) {
    if (atom->getAtomicNum() != 0) {
      atoms.push_back(static_cast<int>(atom->getIdx()));
      continue;
    }
    if (atom->getDegree() != 1) return fragment;
    ends.push_back(static_cast<int>((*molecule->atomNeighbors(atom).begin())->getIdx()));
  }
  const Piece piece = capped_piece(*molecule, atoms);
  if (piece.smiles.empty()) return fragment;
  for (const int end : ends) {
    const auto found = std::find(piece.atoms.begin(), piece.atoms.end(), end);
    if (found == piece.atoms.end()) return FragmentSpec();
    fragment.slots.push_back({static_cast<int>(found - piece.atoms.begin()), {}, false});
  }
  fragment.smiles = piece.smiles;
  return fragment;
}

}  // namespace fragflow
