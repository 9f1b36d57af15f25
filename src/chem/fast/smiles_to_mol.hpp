// Parses the SMILES of a molecule that was just written, with less work than for arbitrary text.
#pragma once

#include <memory>

#include "src/chem/fast/mol_to_smiles.hpp"

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace fragflow {

// The result of parse_smiles(written.text), up to the order of the rings in its RingInfo: parses
// the text and checks its valences; if the result equals `made` atom by atom and bond by bond,
// rings and aromaticity are copied from `made`. Null if it differs, or if its canonical SMILES may
// be another text: then parse_smiles and canonical_smiles are needed. Throws RDKit's
// MolSanitizeException if an atom has too many bonds.
//
// `made` must be the molecule that was written, with the rings and the aromaticity that RDKit
// finds, for any order of the atoms. It must be plain: no explicit hydrogen atoms, no numbered
// atoms, no bonds except single, double, triple and aromatic ones.
std::unique_ptr<RDKit::RWMol> read_back(const WrittenSmiles& written, const RDKit::ROMol& made);

// Whether parse_smiles(canonical_smiles(molecule)) gives the molecule with its rings and
// aromaticity, and the molecule is plain.
bool is_read_back(const RDKit::ROMol& molecule);
// The same for the SMILES that begins at atom a, for all a.
bool is_read_back_from_every_atom(const RDKit::ROMol& molecule);

}  // namespace fragflow
