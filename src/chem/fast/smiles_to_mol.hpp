// Reading the text of a molecule that was just written, with less work than for just any text.
#pragma once

#include <memory>

#include "src/chem/fast/mol_to_smiles.hpp"

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace fragflow {

// What parse_smiles(written.text) gives, up to the order of the rings in its RingInfo: the text is
// parsed and its valences are checked; if it then is `made` atom by atom and bond by bond, rings
// and aromaticity are taken from `made`. Null if it is not, or if its canonical SMILES may not be
// the same text: then only parse_smiles and canonical_smiles can tell. Throws RDKit's
// MolSanitizeException where an atom has too many bonds.
//
// `made` must be the molecule that was written, with the rings that RDKit finds in it, and aromatic
// where RDKit's perception says so, whatever the order of the atoms. It must be plain: no hydrogens
// that are atoms, no numbered atoms, no bonds but single, double, triple and aromatic ones.
std::unique_ptr<RDKit::RWMol> read_back(const WrittenSmiles& written, const RDKit::ROMol& made);

// Whether parse_smiles(canonical_smiles(molecule)) gives the molecule with its rings and its
// aromaticity, and the molecule is plain.
bool is_read_back(const RDKit::ROMol& molecule);
// Likewise with the SMILES that begins at atom a, for all a.
bool is_read_back_from_every_atom(const RDKit::ROMol& molecule);

}  // namespace fragflow
