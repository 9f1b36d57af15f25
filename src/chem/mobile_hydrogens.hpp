// An InChI names the atoms that share mobile hydrogens, not which of them carries one. Of the
// structures that it allows this selects the one chemists draw: amides rather than imidic acids,
// amino groups on aromatic rings rather than imines.
#pragma once

#include <memory>
#include <vector>

#include "src/chem/inchi_layers.hpp"

namespace RDKit {
class RWMol;
}

namespace fragflow {

// Moves hydrogens of `molecule` (not sanitised, bonds single, double or triple, all hydrogens
// explicit counts) within the groups, shifting double bonds along the way, as long as a move gives
// a preferred structure. Charges stay. Never throws for bad chemistry.
std::unique_ptr<RDKit::RWMol> place_mobile_hydrogens(const std::vector<MobileGroup>& groups,
                                                     std::unique_ptr<RDKit::RWMol> molecule);

}  // namespace fragflow
