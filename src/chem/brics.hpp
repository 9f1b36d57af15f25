// BRICS (Degen, Wegscheid-Gerlach, Zaliani, Rarey, ChemMedChem 2008): bonds that common reactions
// form, with a link type at each end.
#pragma once

#include <string>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct Cut {
  int bond = 0;
  int atom_a = 0, atom_b = 0;
  std::string type_a, type_b;  // "L1" to "L16"
};

// The BRICS bonds of a molecule with RDKit's types, each once, ascending by bond. Only single
// bonds: L7, which cuts a double bond, is omitted.
std::vector<Cut> brics_cuts(const RDKit::ROMol& molecule);

}  // namespace fragflow
