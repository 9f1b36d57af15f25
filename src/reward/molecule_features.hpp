// Molecules as count fingerprints for the Gaussian process.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/count_index.hpp"
#include "src/chem/parsed_molecule.hpp"

namespace RDKit {
template <typename OutputType>
class FingerprintGenerator;
}

namespace fragflow {

enum class MoleculeFeature {
  kMorganBits,    // Morgan radius 2, 2048 bits
  kMorganCounts,  // the same as counts
  kAtomPairs,     // counts of atom pairs and their distances (Carhart et al., J. Chem. Inf. Comput.
                  // Sci. 1985), 8192 bins
};

// "morgan_bits", "morgan_counts", "atom_pairs".
std::string feature_name(MoleculeFeature feature);
// Throws UserError for another name.
MoleculeFeature molecule_feature(std::string_view name);

// One fingerprint per molecule and feature: result[feature][molecule]. Computed in parallel.
std::vector<std::vector<FeatureCounts>> molecule_features(
    std::span<const ParsedMolecule> molecules, std::span<const MoleculeFeature> features);

// The generator behind kAtomPairs. Thread-safe.
const RDKit::FingerprintGenerator<std::uint32_t>& atom_pair_generator();

}  // namespace fragflow
