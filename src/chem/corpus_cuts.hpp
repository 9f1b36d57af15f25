// First half of extraction: the BRICS cuts of every molecule of a corpus.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/chem/vocabulary_spec.hpp"

namespace RDKit {
class Atom;
}

namespace fragflow {

using UsePattern = std::vector<UseSpec>;  // sorted

struct CutPiece {
  std::string smiles;  // hydrogen-capped
  UsePattern pattern;  // which atoms were joined, with which types
};

struct CutMolecule {
  bool ok = false;
  std::vector<CutPiece> pieces;
  std::vector<std::pair<std::string, std::string>> type_pairs;  // unordered: first <= second
  std::set<std::string> hydrogen_groups;                        // group_name of atoms with hydrogen
};

CutMolecule cut_molecule(const std::string& smiles);

// Describes an atom that carries hydrogen: element, charge, aromaticity, multiple bonds. For
// instance "S(=O)(=O)-H", "C(=O)-H", "S-H", "n-H".
std::string group_name(const RDKit::Atom& atom);

}  // namespace fragflow
