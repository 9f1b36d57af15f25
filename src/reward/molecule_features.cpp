#include "src/reward/molecule_features.hpp"

#include <DataStructs/SparseIntVect.h>
#include <GraphMol/Fingerprints/AtomPairGenerator.h>
#include <GraphMol/Fingerprints/FingerprintUtil.h>
#include <GraphMol/RWMol.h>

#include <array>
#include <bit>
#include <memory>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/fingerprint.hpp"

namespace fragflow {
namespace {

constexpr std::array<const char*, 3> kNames = {"morgan_bits", "morgan_counts", "atom_pairs"};
constexpr unsigned kAtomPairBins = 8192;

FeatureCounts morgan_bits(const RDKit::ROMol& molecule) {
  FeatureCounts counts;
  const Fingerprint bits = fingerprint(molecule, FingerprintKind::kMorgan2);
  for (std::size_t word = 0; word < bits.words.size(); ++word) {
    for (std::uint64_t rest = bits.words[word]; rest != 0; rest &= rest - 1) {
      counts.emplace_back(static_cast<std::uint32_t>(word * 64 + std::countr_zero(rest)), 1);
    }
  }
  return counts;
}

FeatureCounts atom_pairs(const RDKit::ROMol& molecule) {
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> pairs(
      atom_pair_generator().getCountFingerprint(molecule));
  FeatureCounts counts;
  for (const auto& [bin, count] : pairs->getNonzeroElements()) {
    counts.emplace_back(static_cast<std::uint32_t>(bin), static_cast<std::uint32_t>(count));
  }
  return counts;
}

FeatureCounts compute(const RDKit::ROMol& molecule, MoleculeFeature feature) {
  switch (feature) {
    case MoleculeFeature::kMorganBits:
      return morgan_bits(molecule);
    case MoleculeFeature::kMorganCounts:
      return morgan_counts(molecule, /*radius=*/2).bins;
    case MoleculeFeature::kAtomPairs:
      return atom_pairs(molecule);
  }
  FRAGFLOW_CHECK(false, "feature {}", static_cast<int>(feature));
  return {};
}

}  // namespace

const RDKit::FingerprintGenerator<std::uint32_t>& atom_pair_generator() {
  using Generator = RDKit::FingerprintGenerator<std::uint32_t>;
  static const std::unique_ptr<const Generator> generator(
      RDKit::AtomPair::getAtomPairGenerator<std::uint32_t>(
          /*minDistance=*/1, RDKit::AtomPairs::maxPathLen - 1, /*includeChirality=*/false,
          /*use2D=*/true, /*atomInvariantsGenerator=*/nullptr, /*useCountSimulation=*/false,
          kAtomPairBins));
  return *generator;
}

std::string feature_name(MoleculeFeature feature) { return kNames[static_cast<int>(feature)]; }

MoleculeFeature molecule_feature(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return static_cast<MoleculeFeature>(i);
  }
  user_error("unknown molecule feature '{}'; known: {}", name,
             join({kNames.begin(), kNames.end()}));
}

std::vector<std::vector<FeatureCounts>> molecule_features(
    std::span<const ParsedMolecule> molecules, std::span<const MoleculeFeature> features) {
  std::vector<std::vector<FeatureCounts>> result(features.size(),
                                                 std::vector<FeatureCounts>(molecules.size()));
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) {
        for (std::size_t k = 0; k < features.size(); ++k) {
          result[k][i] = compute(*molecules[i].molecule, features[k]);
        }
      },
      kLongBodies);
  return result;
}

}  // namespace fragflow
