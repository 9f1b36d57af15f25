// Bonds whose removal splits a molecule in two.
#pragma once

#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Indices of the single, non-aromatic bonds outside all rings, ascending: a bond is outside all
// rings iff it alone is a biconnected component of the molecular graph.
std::vector<int> cuttable_bonds(const RDKit::ROMol& molecule);

}  // namespace fragflow
