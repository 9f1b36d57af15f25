// Keys of atom environments. After r steps of message passing an atom's state depends only on the
// atom and everything within r bonds; the key identifies this environment. Atoms with equal keys
// have equal states, even in different molecules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/atom_graph.hpp"

namespace fragflow {

// A 128-bit hash: two different environments collide
// with probability 2^-128, which is ignored.
struct AtomEnvironmentKey {
  std::uint64_t first = 0, second = 0;
  bool operator==(const AtomEnvironmentKey&) const = default;
};

class AtomEnvironments {
 public:
  struct Bond {
    std::int32_t bond_class;  // kNumBondClasses: self-loop of a one-atom molecule
    std::int32_t source;      // the neighbour that sends the message
  };

  // Radius 0: the atom's features. factors: [num_atoms], the one feature that is not a flag.
  AtomEnvironments(const AtomGraph& molecules, std::span<const float> factors);

  // Extends the radius by one bond.
  void widen();

  std::int64_t num_atoms() const { return static_cast<std::int64_t>(keys_.size()); }
  const std::vector<AtomEnvironmentKey>& keys() const { return keys_; }

  // The bonds of an atom, at least one. After widen() their order is determined by the environment,
  // so that sums over them are bit-identical for equal keys.
  std::span<const Bond> bonds(std::int64_t atom) const {
    const std::size_t first = bond_offset_[atom];
    return {bonds_.data() + first, bond_offset_[atom + 1] - first};
  }

 private:
  std::vector<std::uint32_t> bond_offset_;  // [num_atoms + 1]
  std::vector<Bond> bonds_;                 // grouped by receiving atom
  std::vector<AtomEnvironmentKey> keys_, wider_;
};

}  // namespace fragflow
