#include "src/chem/molar_mass.hpp"

#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/RWMol.h>

#include <string>

#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {

double mass_as_weighed(const Standardised& molecule, std::string_view read) {
  if (!molecule.largest_fragment) return RDKit::Descriptors::calcAMW(*molecule.molecule);
  // What follows the SMILES is a name or an extension.
  const std::string_view text = trim(read);
  const auto whole = parse_smiles(text.substr(0, text.find_first_of(" \t")));
  return whole ? RDKit::Descriptors::calcAMW(*whole) : 0.0;
}

}  // namespace fragflow
