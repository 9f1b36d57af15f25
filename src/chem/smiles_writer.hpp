// Canonical SMILES of a molecule that is made only to be written: RDKit's own steps on the molecule
// itself, where canonical_smiles() copies it and looks for parts and stereochemistry.
#pragma once

#include <string>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct WrittenSmiles {
  std::string text;
  std::vector<unsigned> ranks;  // per atom, all different: the text follows from them
  std::vector<unsigned> order;  // the atoms as they stand in the text
};

// RDKit's canonical ranks without stereo, all different.
std::vector<unsigned> canonical_ranks(const RDKit::ROMol& molecule);

// The text of canonical_smiles(molecule). The molecule must be connected, without stereo marks, and
// know its rings; it is left with RDKit's marks of the walk, so that it cannot be written again.
WrittenSmiles write_smiles_once(RDKit::ROMol& molecule);

}  // namespace fragflow
