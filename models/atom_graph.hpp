// A molecule as flat arrays for atom networks; several molecules are packed into one batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fragflow {

// Bond classes, in this order: single (also every
// type not listed here), double, triple, aromatic.
inline constexpr int kNumBondClasses = 4;

// One molecule, or a batch of molecules whose atoms are concatenated.
struct AtomGraph {
  // The feature columns that are 1, for each atom; all others are 0.
  std::vector<std::int32_t> feature_offset{0};  // [num_atoms + 1]
  std::vector<std::int32_t> feature_column;
  // Every bond in both directions, grouped by receiving atom.
  std::vector<std::int32_t> neighbour_offset{0};  // [num_atoms + 1]
  std::vector<std::int32_t> neighbour;            // atom that sends the message
  std::vector<std::int32_t> bond_class;           // in [0, kNumBondClasses)
  // Index of the first atom of each molecule, followed by the number of atoms.
  std::vector<std::int32_t> molecule_offset{0};

  std::int64_t num_atoms() const { return static_cast<std::int64_t>(feature_offset.size()) - 1; }
  std::int64_t num_molecules() const {
    return static_cast<std::int64_t>(molecule_offset.size()) - 1;
  }
};

// Concatenates graphs without padding.
AtomGraph pack(std::span<const AtomGraph* const> graphs);

}  // namespace fragflow
