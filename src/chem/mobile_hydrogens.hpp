// An InChI names the atoms that share mobile hydrogens, not which of them has one. Of the
// structures that it allows this chooses the one that is drawn: amides rather than imidic acids,
// amino groups on aromatic rings rather than imines.
#pragma once

#include <memory>
#include <vector>

#include "src/chem/inchi_layers.hpp"

namespace RDKit {
class RWMol;
}

namespace fragflow {

// Moves hydrogens of `molecule` (not sanitised, each bond single, double or triple, all hydrogens
// explicit numbers) within the groups, with the double bonds on the way, as long as a move makes a
// structure that is drawn rather. Charges stay. Never throws for bad chemistry.
std::unique_ptr<RDKit::RWMol> place_mobile_hydrogens(const std::vector<MobileGroup>& groups,
                                                     std::unique_ptr<RDKit::RWMol> molecule);

}  // namespace fragflow
