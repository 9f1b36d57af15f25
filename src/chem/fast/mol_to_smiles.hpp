// Canonical SMILES by RDKit's own steps on the molecule itself, where canonical_smiles() copies it
// and looks for parts and stereochemistry.
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

// The text of canonical_smiles(molecule), in half the time. The molecule must be connected, without
// stereo marks, and know its rings; RDKit walks over the molecule itself, which is afterwards as it
// was.
WrittenSmiles write_smiles(RDKit::ROMol& molecule);

}  // namespace fragflow
