// Common features of the best compounds of a table: functional groups that often bind to targets,
// ring systems, and the largest common substructures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

struct Motif {
  std::string name;    // "urea", "ring system c1ccc2[nH]ccc2c1", "substructure CNc1ccccc1"
  std::string smarts;  // the search pattern
  int atoms = 0;       // of the pattern
  double among_actives = 0, among_all = 0;  // fractions that contain it
};

// Minimum fractions of actives for a motif to be listed, and to be called conserved.
inline constexpr double kSharedByMost = 0.5, kConserved = 0.9;

// The motifs that most actives have in common, most frequent first (ties: the larger). Canonical
// SMILES; actives are sorted best first and included in all. Omits a group that occurs only
// together with another one of the list, and a ring system or substructure contained in another of
// the same frequency (up to 0.02); benzene and chains alone do not count. The same for any number
// of threads and any speed: the search for common substructures is limited by its steps.
std::vector<Motif> shared_motifs(std::span<const std::string> actives,
                                 std::span<const std::string> all);

// Selects motifs to keep as a core: starting from the largest conserved one, each that keeps the
// fraction of actives containing all of them at kConserved or above. Indices, ascending.
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
