// The atoms that make up a molecule's features.
#pragma once

#include <utility>
#include <vector>

#include "src/reward/molecule_features.hpp"

namespace fragflow {

// (atom, fraction), fractions positive with sum 1.
using AtomShares = std::vector<std::pair<int, double>>;

// One entry per feature, in the order of counts, which must be the result of molecule_features for
// this molecule. Every occurrence of a feature has equal weight, divided equally among its atoms:
// all atoms within the radius of a Morgan environment, the two ends of an atom pair. Thread-safe.
std::vector<AtomShares> feature_atoms(const RDKit::ROMol& molecule, MoleculeFeature feature,
                                      const FeatureCounts& counts);

}  // namespace fragflow
