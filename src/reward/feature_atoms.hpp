// The atoms that a molecule's features stand on.
#pragma once

#include <utility>
#include <vector>

#include "src/reward/molecule_features.hpp"

namespace fragflow {

// (atom, share), shares positive with sum 1.
using AtomShares = std::vector<std::pair<int, double>>;

// One entry per feature, in the order of counts, which molecule_features gave of this molecule.
// Every occurrence of a feature counts equally, and in it every atom: of a Morgan environment all
// atoms within its radius, of an atom pair its two ends. Thread-safe.
std::vector<AtomShares> feature_atoms(const RDKit::ROMol& molecule, MoleculeFeature feature,
                                      const FeatureCounts& counts);

}  // namespace fragflow
