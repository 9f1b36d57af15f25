#include "src/reward/feature_atoms.hpp"

#include <GraphMol/Fingerprints/FingerprintGenerator.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <map>
#include <memory>

#include "src/base/check.hpp"
#include "src/chem/fingerprint.hpp"

namespace fragflow {
namespace {

// For every feature, the atoms of each occurrence.
using Occurrences = std::map<std::uint32_t, std::vector<std::vector<int>>>;

Occurrences morgan_occurrences(const RDKit::ROMol& molecule) {
  RDKit::MorganFingerprints::BitInfoMap centres;  // (atom, radius) per feature
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> unused(
      RDKit::MorganFingerprints::getHashedFingerprint(molecule, /*radius=*/2, kFingerprintBits,
                                                      /*invariants=*/nullptr, /*fromAtoms=*/nullptr,
                                                      /*useChirality=*/false, /*useBondTypes=*/true,
                                                      /*onlyNonzeroInvariants=*/false, &centres));
  const unsigned num_atoms = molecule.getNumAtoms();
  // A copy of the molecule, since RDKit stores the matrix as a property of it.
  const RDKit::ROMol copy(molecule);
  const double* distances = RDKit::MolOps::getDistanceMat(copy);
  Occurrences occurrences;
  for (const auto& [bin, list] : centres) {
    for (const auto& [centre, radius] : list) {
      std::vector<int>& atoms = occurrences[bin].emplace_back();
      for (unsigned atom = 0; atom < num_atoms; ++atom) {
        if (distances[centre * num_atoms + atom] <= radius) {
          atoms.push_back(static_cast<int>(atom));
        }
      }
    }
  }
  return occurrences;
}

Occurrences pair_occurrences(const RDKit::ROMol& molecule) {
  RDKit::AdditionalOutput output;
  output.allocateBitInfoMap();
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> unused(
      atom_pair_generator().getCountFingerprint(molecule, /*fromAtoms=*/nullptr,
                                                /*ignoreAtoms=*/nullptr, /*confId=*/-1, &output));
  Occurrences occurrences;
  for (const auto& [bin, pairs] : *output.bitInfoMap) {
    for (const auto& [first, second] : pairs) {
      occurrences[static_cast<std::uint32_t>(bin)].push_back(
          {static_cast<int>(first), static_cast<int>(second)});
    }
  }
  return occurrences;
}

AtomShares fractions_of(const std::vector<std::vector<int>>& occurrences) {
  std::map<int, double> shares;
  for (const std::vector<int>& atoms : occurrences) {
    const auto parts = static_cast<double>(occurrences.size() * atoms.size());
    for (const int atom : atoms) shares[atom] += 1 / parts;
  }
  return {shares.begin(), shares.end()};
}

}  // namespace

std::vector<AtomShares> feature_atoms(const RDKit::ROMol& molecule, MoleculeFeature feature,
                                      const FeatureCounts& counts) {
  const Occurrences occurrences = feature == MoleculeFeature::kAtomPairs
                                      ? pair_occurrences(molecule)
                                      : morgan_occurrences(molecule);
  std::vector<AtomShares> result;
  for (const auto& [bin, count] : counts) {
    const auto found = occurrences.find(bin);
    FRAGFLOW_CHECK(found != occurrences.end() &&
                       (feature == MoleculeFeature::kMorganBits || found->second.size() == count),
                   "feature {} does not occur {} times", bin, count);
    result.push_back(fractions_of(found->second));
  }
  return result;
}

}  // namespace fragflow
