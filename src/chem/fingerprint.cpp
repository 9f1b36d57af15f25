#include "src/chem/fingerprint.hpp"

#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/Fingerprints.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <bit>
#include <map>
#include <memory>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

Fingerprint packed(const ExplicitBitVect& bits) {
  Fingerprint result;
  result.words.assign(FingerprintSet::kWords, 0);
  IntVect on_bits;
  bits.getOnBits(on_bits);
  for (const int bit : on_bits) result.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
  result.popcount = static_cast<int>(on_bits.size());
  return result;
}

}  // namespace

FingerprintKind fingerprint_kind(std::string_view name) {
  static const std::map<std::string, FingerprintKind, std::less<>> kinds = {
      {"morgan2", FingerprintKind::kMorgan2},
      {"morgan3", FingerprintKind::kMorgan3},
      {"rdk", FingerprintKind::kRdk}};
  const auto found = kinds.find(name);
  if (found != kinds.end()) return found->second;
  const std::vector<std::string> names = {"morgan2", "morgan3", "rdk"};
  user_error("unknown fingerprint '{}'; known: {}{}", name, join(names), did_you_mean(name, names));
}

Fingerprint fingerprint(const RDKit::ROMol& molecule, FingerprintKind kind) {
  if (kind == FingerprintKind::kRdk) {
    const std::unique_ptr<ExplicitBitVect> bits(RDKit::RDKFingerprintMol(molecule));
    return packed(*bits);
  }
  const unsigned int radius = kind == FingerprintKind::kMorgan2 ? 2 : 3;
  const std::unique_ptr<ExplicitBitVect> bits(
      RDKit::MorganFingerprints::getFingerprintAsBitVect(molecule, radius, kFingerprintBits));
  return packed(*bits);
}

CountFingerprint morgan_counts(const RDKit::ROMol& molecule, int radius) {
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> counts(
      RDKit::MorganFingerprints::getHashedFingerprint(molecule, static_cast<unsigned int>(radius),
                                                      kFingerprintBits));
  CountFingerprint result;
  for (const auto& [bin, count] : counts->getNonzeroElements()) {
    result.bins.emplace_back(bin, static_cast<std::uint32_t>(count));
    result.total += count;
  }
  return result;
}

double tanimoto(const CountFingerprint& a, const CountFingerprint& b) {
  std::int64_t minima = 0;
  for (auto i = a.bins.begin(), j = b.bins.begin(); i != a.bins.end() && j != b.bins.end();) {
    if (i->first == j->first) {
      minima += std::min(i->second, j->second);
      ++i;
      ++j;
    } else if (i->first < j->first) {
      ++i;
    } else {
      ++j;
    }
  }
  const std::int64_t maxima = a.total + b.total - minima;
  return maxima == 0 ? 1.0 : static_cast<double>(minima) / static_cast<double>(maxima);
}

FingerprintSet fingerprints(std::span<const std::string> canonical_smiles, FingerprintKind kind) {
  FingerprintSet set(static_cast<std::int64_t>(canonical_smiles.size()));
  parallel_for(
      set.size(),
      [&](std::int64_t i) {
        std::string reason;
        const auto molecule = parse_smiles(canonical_smiles[i], &reason);
        FRAGFLOW_CHECK(molecule != nullptr, "SMILES {} refused: {}", canonical_smiles[i], reason);
        set.set(i, fingerprint(*molecule, kind));
      },
      kLongBodies);
  return set;
}

}  // namespace fragflow
