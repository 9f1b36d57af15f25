// Physicochemical descriptors and Bemis-Murcko scaffolds.
#pragma once

#include <string>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct Descriptors {
  double molecular_weight = 0;  // average, g/mol
  double logp = 0;              // Wildman and Crippen, J. Chem. Inf. Comput. Sci. 1999
  double tpsa = 0;              // Ertl et al., J. Med. Chem. 2000; square angstrom
  int hbd = 0;                  // hydrogen-bond donors
  int hba = 0;                  // hydrogen-bond acceptors
  int rotatable_bonds = 0;
  int heavy_atoms = 0;
  int rings = 0;  // size of the smallest set of smallest rings
};

// One at a time. Thread-safe; RDKit's definitions and defaults.
double molecular_weight(const RDKit::ROMol& molecule);
double logp(const RDKit::ROMol& molecule);
double tpsa(const RDKit::ROMol& molecule);
double hydrogen_bond_donors(const RDKit::ROMol& molecule);
double hydrogen_bond_acceptors(const RDKit::ROMol& molecule);
double rotatable_bonds(const RDKit::ROMol& molecule);

// All of them.
Descriptors descriptors(const RDKit::ROMol& molecule);

// Rings and the linkers between them (Bemis and Murcko, J. Med. Chem. 1996) as canonical SMILES;
// "" for a molecule without rings. Thread-safe.
std::string murcko_scaffold(const RDKit::ROMol& molecule);

}  // namespace fragflow
