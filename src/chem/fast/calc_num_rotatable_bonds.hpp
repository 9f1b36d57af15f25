// Rotatable bonds by RDKit's strict definition, without its substructure search.
#pragma once

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Single bonds outside rings between atoms that have other neighbours; not those next to a triple
// bond, not the ends CF3, CCl3, CBr3 and C(CH3)3, and not the C-N, C-O and C-S bonds of amides,
// esters, amidines and their like. The number of calcNumRotatableBonds(molecule, Strict).
int fast_num_rotatable_bonds(const RDKit::ROMol& molecule);

}  // namespace fragflow
