// How many molecules one SMILES holds.
#pragma once

#include <GraphMol/MolOps.h>
#include <GraphMol/ROMol.h>

#include <vector>

namespace fragflow {

// Number of connected parts. RDKit's other forms of this make a molecule of each and sanitise it,
// which takes time and may throw where the whole was accepted.
inline int num_connected_parts(const RDKit::ROMol& molecule) {
  std::vector<int> part_of_atom;
  return static_cast<int>(RDKit::MolOps::getMolFrags(molecule, part_of_atom));
}

}  // namespace fragflow
