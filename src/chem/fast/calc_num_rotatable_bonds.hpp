// Rotatable bonds by RDKit's strict definition, without its substructure search.
#pragma once

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Single bonds outside rings between atoms that have other neighbours; except those next to a
// triple bond, the ends CF3, CCl3, CBr3 and C(CH3)3, and the C-N, C-O and C-S bonds of amides,
// esters, amidines and similar groups. Equals calcNumRotatableBonds(molecule, Strict).
int fast_num_rotatable_bonds(const RDKit::ROMol& molecule);

}  // namespace fragflow
