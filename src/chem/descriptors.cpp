#include "src/chem/descriptors.hpp"

#include <GraphMol/ChemTransforms/ChemTransforms.h>
#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/Descriptors/MolSurf.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <memory>

namespace fragflow {

Descriptors descriptors(const RDKit::ROMol& molecule) {
  namespace rd = RDKit::Descriptors;
  Descriptors result;
  result.molecular_weight = rd::calcAMW(molecule);
  result.logp = rd::calcClogP(molecule);
  result.tpsa = rd::calcTPSA(molecule);
  result.hbd = static_cast<int>(rd::calcNumHBD(molecule));
  result.hba = static_cast<int>(rd::calcNumHBA(molecule));
  result.rotatable_bonds = static_cast<int>(rd::calcNumRotatableBonds(molecule));
  result.heavy_atoms = static_cast<int>(molecule.getNumHeavyAtoms());
  result.rings = static_cast<int>(rd::calcNumRings(molecule));
  return result;
}

std::string murcko_scaffold(const RDKit::ROMol& molecule) {
  const std::unique_ptr<RDKit::ROMol> scaffold(RDKit::MurckoDecompose(molecule));
  return RDKit::MolToSmiles(*scaffold, /*doIsomericSmiles=*/false);
}

}  // namespace fragflow
