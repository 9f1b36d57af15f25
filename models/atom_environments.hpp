// What an atom's state depends on after some steps of message passing: the atom and all that is
// within as many bonds, as a key. Two atoms with equal keys have the same state, in whatever
// molecules they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/atom_graph.hpp"

namespace fragflow {

// A hash of 128 bits: different surroundings have the same key with a chance of 2^-128 for each
// pair, which is taken as never.
struct AtomEnvironmentKey {
  std::uint64_t first = 0, second = 0;
  bool operator==(const AtomEnvironmentKey&) const = default;
};

class AtomEnvironments {
 public:
  struct Bond {
    std::int32_t bond_class;  // kNumBondClasses: the loop of a molecule of one atom
    std::int32_t source;      // the atom a message comes from
  };

  // Of radius 0: an atom's features. factors: [num_atoms], a feature that is no flag.
  AtomEnvironments(const AtomGraph& molecules, std::span<const float> factors);

  // One bond further.
  void widen();

  std::int64_t num_atoms() const { return static_cast<std::int64_t>(keys_.size()); }
  const std::vector<AtomEnvironmentKey>& keys() const { return keys_; }

  // The bonds of an atom, one at least. After widen() their order follows from the surroundings, so
  // that a sum over them has the same bits for equal keys.
  std::span<const Bond> bonds(std::int64_t atom) const {
    const std::size_t first = bond_offset_[atom];
    return {bonds_.data() + first, bond_offset_[atom + 1] - first};
  }

 private:
  std::vector<std::uint32_t> bond_offset_;  // [num_atoms + 1]
  std::vector<Bond> bonds_;                 // grouped by the atom that receives
  std::vector<AtomEnvironmentKey> keys_, wider_;
};

}  // namespace fragflow
