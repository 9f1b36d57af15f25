// Single, double, triple and aromatic bonds only.
#pragma once

#include <GraphMol/ROMol.h>

namespace fragflow {

// True if no bond is of any other type.
inline bool has_only_plain_bonds(const RDKit::ROMol& molecule) {
  for (const RDKit::Bond* bond : molecule.bonds()) {
    const auto type = bond->getBondType();
    if (type != RDKit::Bond::SINGLE && type != RDKit::Bond::DOUBLE && type != RDKit::Bond::TRIPLE &&
        type != RDKit::Bond::AROMATIC) {
      return false;
    }
  }
  return true;
}

}  // namespace fragflow
