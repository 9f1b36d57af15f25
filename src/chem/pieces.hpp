// A part of a molecule as a separate molecule, its open ends capped with hydrogen.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace fragflow {

struct Piece {
  std::unique_ptr<RDKit::RWMol>
      molecule;            // parsed from the SMILES: its atom i is atoms[i] of the whole
  std::string smiles;      // canonical, without stereo
  std::vector<int> atoms;  // in the order of the SMILES
};

// Every bond from an atom of the part to one outside is replaced by a hydrogen. Empty SMILES if
// RDKit rejects the part.
Piece capped_piece(const RDKit::ROMol& whole, const std::vector<int>& atoms);

}  // namespace fragflow
