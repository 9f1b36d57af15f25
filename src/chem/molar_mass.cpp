#include "src/chem/molar_mass.hpp"

#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/RWMol.h>

#include <string>

#include "src/chem/standardise.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {

double mass_as_weighed(const Standardised& molecule, std::string_view read) {
  if (!molecule.largest_fragment) return RDKit::Descriptors::calcAMW(*molecule.molecule);
  std::string reason;
  const auto whole = parse_structure(split_structure(read).structure, reason);
  return whole ? RDKit::Descriptors::calcAMW(*whole) : 0.0;
}

}  // namespace fragflow
