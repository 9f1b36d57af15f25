// Counts the molecules in one SMILES.
#pragma once

#include <GraphMol/MolOps.h>
#include <GraphMol/ROMol.h>

#include <vector>

namespace fragflow {

// Number of connected parts. RDKit's own functions make and sanitise a molecule for each, which
// takes time and may throw although the whole was accepted.
inline int num_connected_parts(const RDKit::ROMol& molecule) {
  std::vector<int> part_of_atom;
  return static_cast<int>(RDKit::MolOps::getMolFrags(molecule, part_of_atom));
}

}  // namespace fragflow
