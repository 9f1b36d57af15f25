// Converts molecules to atom graphs for the networks.
#pragma once

#include <span>
#include <vector>

#include "models/atom_graph.hpp"
#include "src/chem/parsed_molecule.hpp"

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Appends the bonds of every atom and the end of the molecule; the caller adds features.
void append_bonds(const RDKit::ROMol& molecule, AtomGraph& graph);

// Number of feature columns of mpnn_atom_graph.
inline constexpr int kMpnnAtomFeatures = 38;

// Element (12), neighbours (0 to 5), charge (-, 0, +), hydrogens (0 to 4), hybridisation (sp, sp2,
// sp3, other), aromatic, in a ring, ring sizes 3 to 7 and larger. Thread-safe.
AtomGraph mpnn_atom_graph(const RDKit::ROMol& molecule);

// Computed in parallel.
std::vector<AtomGraph> mpnn_atom_graphs(std::span<const ParsedMolecule> molecules);

}  // namespace fragflow
