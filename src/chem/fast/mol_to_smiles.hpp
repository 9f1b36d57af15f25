// Canonical SMILES by RDKit's own steps, without the copy and the search for parts and
// stereochemistry that canonical_smiles() makes.
#pragma once

#include <string>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct WrittenSmiles {
  std::string text;
  std::vector<unsigned> ranks;  // per atom, all different: they determine the text
  std::vector<unsigned> order;  // the atoms in the order of the text
};

// RDKit's canonical ranks without stereo, all different.
std::vector<unsigned> canonical_ranks(const RDKit::ROMol& molecule);

// The text of canonical_smiles(molecule), in half the time. The molecule must be connected, without
// stereo marks, and have ring information; RDKit works on the molecule itself, which is unchanged
// afterwards.
WrittenSmiles write_smiles(RDKit::ROMol& molecule);

}  // namespace fragflow
