#include "src/chem/descriptors.hpp"

#include <GraphMol/ChemTransforms/ChemTransforms.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/Descriptors/MolSurf.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <memory>

#include "src/chem/fast/calc_clogp.hpp"
#include "src/chem/fast/calc_num_rotatable_bonds.hpp"

namespace fragflow {

namespace rd = RDKit::Descriptors;

double molecular_weight(const RDKit::ROMol& molecule) { return rd::calcAMW(molecule); }
double logp(const RDKit::ROMol& molecule) {
  static const CrippenLogP logp;
  return logp(molecule);
}
double tpsa(const RDKit::ROMol& molecule) { return rd::calcTPSA(molecule); }
double hydrogen_bond_donors(const RDKit::ROMol& molecule) { return rd::calcNumHBD(molecule); }
double hydrogen_bond_acceptors(const RDKit::ROMol& molecule) { return rd::calcNumHBA(molecule); }
double rotatable_bonds(const RDKit::ROMol& molecule) { return fast_num_rotatable_bonds(molecule); }

Descriptors descriptors(const RDKit::ROMol& molecule) {
  Descriptors result;
  result.molecular_weight = molecular_weight(molecule);
  result.logp = logp(molecule);
  result.tpsa = tpsa(molecule);
  result.hbd = static_cast<int>(hydrogen_bond_donors(molecule));
  result.hba = static_cast<int>(hydrogen_bond_acceptors(molecule));
  result.rotatable_bonds = static_cast<int>(rotatable_bonds(molecule));
  result.heavy_atoms = static_cast<int>(molecule.getNumHeavyAtoms());
  result.rings = static_cast<int>(rd::calcNumRings(molecule));
  return result;
}

std::string murcko_scaffold(const RDKit::ROMol& molecule) {
  const std::unique_ptr<RDKit::ROMol> scaffold(RDKit::MurckoDecompose(molecule));
  return RDKit::MolToSmiles(*scaffold, /*doIsomericSmiles=*/false);
}

}  // namespace fragflow
