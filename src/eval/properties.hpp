// Properties of many molecules, for reports.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "src/chem/descriptors.hpp"

namespace fragflow {

struct MoleculeProperties {
  Descriptors descriptors;
  double qed = 0;                   // (0, 1]
  double sa = 0;                    // 1 easy .. 10 hard
  std::vector<std::string> alerts;  // matching BRENK and PAINS entries, if requested
};

enum class Alerts { kSkip, kMatch };

// One entry per SMILES, in order. Parallel. Throws InternalError for SMILES that RDKit rejects:
// callers pass canonical SMILES.
std::vector<MoleculeProperties> molecule_properties(std::span<const std::string> canonical_smiles,
                                                    Alerts alerts);

// At most `limit` of the molecules, evenly spaced: enough for the fractions and distributions of a
// large table, whose molecules would take minutes in total.
inline constexpr std::size_t kMaxReferenceProperties = 2000;
std::vector<std::string> evenly_spaced(std::span<const std::string> canonical_smiles,
                                       std::size_t limit = kMaxReferenceProperties);

// Bemis-Murcko scaffolds as SMILES, in order; "" for ringless molecules. Parallel; throws as above.
std::vector<std::string> scaffolds(std::span<const std::string> canonical_smiles);

// Number of distinct Bemis-Murcko scaffolds; all ringless molecules share one.
std::int64_t count_scaffolds(std::span<const std::string> canonical_smiles);

// Fraction of the molecules with an alert; their alerts must have been computed. NaN for none.
double alert_fraction(std::span<const MoleculeProperties> molecules);
std::vector<double> sa_values(std::span<const MoleculeProperties> molecules);

// SVG drawings, in order. Parallel; throws as above.
std::vector<std::string> draw_molecules(std::span<const std::string> canonical_smiles);

}  // namespace fragflow
