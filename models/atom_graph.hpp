// A molecule as the plain numbers that atom networks read, and many of them packed into one batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fragflow {

// Bond classes, in this order: single (and whatever is none of the others), double, triple,
// aromatic.
inline constexpr int kNumBondClasses = 4;

// Also a batch of molecules, whose atoms then follow each other.
struct AtomGraph {
  // The columns that are 1 in the feature row of each atom; all others are 0.
  std::vector<std::int32_t> feature_offset{0};  // [num_atoms + 1]
  std::vector<std::int32_t> feature_column;
  // Every bond in both directions, grouped by the atom that receives.
  std::vector<std::int32_t> neighbour_offset{0};  // [num_atoms + 1]
  std::vector<std::int32_t> neighbour;            // atom the message comes from
  std::vector<std::int32_t> bond_class;           // in [0, kNumBondClasses)
  // First atom of each molecule, then the number of atoms.
  std::vector<std::int32_t> molecule_offset{0};

  std::int64_t num_atoms() const { return static_cast<std::int64_t>(feature_offset.size()) - 1; }
  std::int64_t num_molecules() const {
    return static_cast<std::int64_t>(molecule_offset.size()) - 1;
  }
};

// Concatenates; nothing is padded.
AtomGraph pack(std::span<const AtomGraph* const> graphs);

}  // namespace fragflow
