// What the best compounds of a table have in common: functional groups that targets often hold on
// to, ring systems, and the largest common substructures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

struct Motif {
  std::string name;    // "urea", "ring system c1ccc2[nH]ccc2c1", "substructure CNc1ccccc1"
  std::string smarts;  // what is looked for
  int atoms = 0;       // of the pattern
  double among_actives = 0, among_all = 0;  // shares that have it
};

// At least so many actives must share a motif to be listed, and to be called conserved.
inline constexpr double kSharedByMost = 0.5, kConserved = 0.9;

// The motifs that most actives share, commonest first (of equals the larger). Canonical SMILES,
// actives best first and among all. A group that only comes with another one of the list is left
// out, and so is a ring system or substructure inside another that is as common (up to 0.02);
// benzene and chains alone are no motifs. The same for any number of threads and any speed: the
// search for common substructures is limited by its steps.
std::vector<Motif> shared_motifs(std::span<const std::string> actives,
                                 std::span<const std::string> all);

// Which of the motifs to keep as a core: from the largest conserved one on, each that leaves the
// fraction of actives with all of them at kConserved or above. Indices, ascending.
std::vector<std::size_t> choose_core(std::span<const Motif> motifs,
                                     std::span<const std::string> actives);

// 1 for the molecules with all of the patterns, else 0. Throws UserError for a pattern that RDKit
// cannot read.
std::vector<std::uint8_t> with_all_patterns(std::span<const std::string> smarts,
                                            std::span<const std::string> canonical_smiles);

// The fraction of the molecules with each pattern. Throws UserError for a pattern that RDKit cannot
// read.
std::vector<double> pattern_fractions(std::span<const std::string> smarts,
                                      std::span<const std::string> canonical_smiles);

}  // namespace fragflow
