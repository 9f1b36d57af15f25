#include "src/chem/fast/calc_num_rotatable_bonds.hpp"

#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/RingInfo.h>

#include <algorithm>
#include <vector>

#include "src/chem/fast/fast_chemistry.hpp"

namespace fragflow {
namespace {

bool is_aliphatic(const RDKit::Atom& atom, int atomic_number) {
  return atom.getAtomicNum() == atomic_number && !atom.getIsAromatic();
}

bool is_single_or_aromatic(const RDKit::Bond& bond) {
  return bond.getBondType() == RDKit::Bond::SINGLE || bond.getBondType() == RDKit::Bond::AROMATIC;
}

bool is_chain_single(const RDKit::Bond& bond) {
  return bond.getBondType() == RDKit::Bond::SINGLE &&
         bond.getOwningMol().getRingInfo()->numBondRings(bond.getIdx()) == 0;
}

// Number of bonds of the atom that satisfy holds(bond, neighbour).
template <typename Predicate>
int count_bonds(const RDKit::Atom& atom, const Predicate& holds) {
  int count = 0;
  for (const RDKit::Bond* bond : atom.getOwningMol().atomBonds(&atom)) {
    count += holds(*bond, *bond->getOtherAtom(&atom)) ? 1 : 0;
  }
  return count;
}

// CX3 with three equal halogens, or tert-butyl: rotating it changes nothing.
bool is_symmetric_end(const RDKit::Atom& atom) {
  if (!is_aliphatic(atom, 6)) return false;
  const auto three = [&](const auto& matches) {
    return count_bonds(atom, [&](const RDKit::Bond& bond, const RDKit::Atom& neighbour) {
             return is_single_or_aromatic(bond) && matches(neighbour);
           }) >= 3;
  };
  const auto element = [](int number) {
    return [number](const RDKit::Atom& neighbour) { return is_aliphatic(neighbour, number); };
  };
  return three(element(9)) || three(element(17)) || three(element(35)) ||
         three([](const RDKit::Atom& neighbour) {
           return is_aliphatic(neighbour, 6) && neighbour.getTotalNumHs(true) == 3;
         });
}

bool may_turn(const RDKit::Atom& atom) {
  return atom.getDegree() != 1 && !is_symmetric_end(atom) &&
         count_bonds(atom, [](const RDKit::Bond& bond, const RDKit::Atom&) {
           return bond.getBondType() == RDKit::Bond::TRIPLE;
         }) == 0;
}

// The acyl carbon and the hetero atom of C(=X)-Y. In the charged form X is N+ and Y nitrogen.
bool is_acyl_carbon(const RDKit::Atom& atom, bool charged) {
  return is_aliphatic(atom, 6) && atom.getDegree() == 3 &&
         count_bonds(atom, [&](const RDKit::Bond& bond, const RDKit::Atom& x) {
           if (bond.getBondType() != RDKit::Bond::DOUBLE) return false;
           if (charged) return is_aliphatic(x, 7) && x.getFormalCharge() == 1;
           return is_aliphatic(x, 7) || is_aliphatic(x, 8) || is_aliphatic(x, 16);
         }) > 0;
}

bool is_acyl_partner(const RDKit::Atom& atom, bool charged) {
  const bool inner = atom.getDegree() != 1;
  if (charged) return atom.getAtomicNum() == 7 && inner;
  return atom.getAtomicNum() == 7 || is_aliphatic(atom, 8) || (is_aliphatic(atom, 16) && inner);
}

bool is_in_acyl_group(const RDKit::Atom& atom) {
  for (const bool charged : {false, true}) {
    const bool carbon = is_acyl_carbon(atom, charged), partner = is_acyl_partner(atom, charged);
    if (!carbon && !partner) continue;
    if (count_bonds(atom, [&](const RDKit::Bond& bond, const RDKit::Atom& other) {
          return is_chain_single(bond) && ((carbon && is_acyl_partner(other, charged)) ||
                                           (partner && is_acyl_carbon(other, charged)));
        }) > 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

int fast_num_rotatable_bonds(const RDKit::ROMol& molecule) {
  if (!is_used(Accelerator::kCalcNumRotatableBonds)) {
    return static_cast<int>(
        RDKit::Descriptors::calcNumRotatableBonds(molecule, RDKit::Descriptors::Strict));
  }
  int count = 0;
  for (const RDKit::Bond* bond : molecule.bonds()) {
    if (!is_single_or_aromatic(*bond) || molecule.getRingInfo()->numBondRings(bond->getIdx()) > 0) {
      continue;
    }
    const RDKit::Atom &a = *bond->getBeginAtom(), &b = *bond->getEndAtom();
    // It suffices that one end is outside the acyl group.
    if (may_turn(a) && may_turn(b) && !(is_in_acyl_group(a) && is_in_acyl_group(b))) ++count;
  }
  return count;
}

}  // namespace fragflow
