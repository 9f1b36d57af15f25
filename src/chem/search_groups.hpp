// Named functional groups and rings, for searching molecules where no pattern can be typed.
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

// Ordered as people look for them: by element and kind, then rings.
std::span<const SearchGroup> search_groups();

// A group found in some of the molecules.
struct FoundGroup {
  std::string name;
  std::vector<std::int64_t> molecules;  // ascending, at least one
};

// Groups of the list above, in its order. Parallel. Expects canonical SMILES.
std::vector<FoundGroup> find_groups(std::span<const std::string> canonical_smiles);

// Ring systems (rings that share atoms, without substituents) of the given molecules as SMILES,
// most frequent first. Parallel. Expects canonical SMILES.
std::vector<FoundGroup> find_ring_systems(std::span<const std::string> canonical_smiles);

}  // namespace fragflow
