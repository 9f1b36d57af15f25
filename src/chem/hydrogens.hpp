// Explicit hydrogen atoms of a molecule; most hydrogens are only counts at their neighbour.
#pragma once

#include <GraphMol/ROMol.h>

namespace fragflow {

inline bool has_hydrogen_atoms(const RDKit::ROMol& molecule) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() == 1) return true;
  }
  return false;
}

}  // namespace fragflow
