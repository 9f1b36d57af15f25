// A molecule as a tree: ring systems and other indivisible parts, connected by cuttable bonds.
#pragma once

#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct MoleculeBlock {
  std::vector<int> atoms;     // ascending
  int parent = -1;            // block, -1 for the root
  int atom = -1;              // end of the bond to the parent in this block ...
  int parent_atom = -1;       // ... and the other end
  std::vector<int> children;  // blocks
};

// Parents precede children; block 0 is the root. The molecule must be connected.
std::vector<MoleculeBlock> make_block_tree(const RDKit::ROMol& molecule);

}  // namespace fragflow
