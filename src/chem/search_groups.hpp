// Functional groups and rings by name, to search molecules for where no pattern can be typed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

struct SearchGroup {
  const char* name;
  const char* smarts;
};

// In the order in which people look for them: by element and kind, then rings.
std::span<const SearchGroup> search_groups();

// What some of the molecules have.
struct FoundGroup {
  std::string name;
  std::vector<std::int64_t> molecules;  // ascending, at least one
};

// Of the list above, in its order. Parallel. Canonical SMILES.
std::vector<FoundGroup> find_groups(std::span<const std::string> canonical_smiles);

// Ring systems (rings that share atoms, without what hangs on them) of the molecules themselves as
// SMILES, commonest first. Parallel. Canonical SMILES.
std::vector<FoundGroup> find_ring_systems(std::span<const std::string> canonical_smiles);

}  // namespace fragflow
