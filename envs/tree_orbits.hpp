// Orbits of the nodes and sites of a canonical tree under its automorphisms.
//
// From the root down: the automorphisms of the root's fragment that preserve the codes of its
// children determine which sites and children are equivalent; below a child, only those count that
// also preserve the child's own joining site. Equivalent subtrees are identical in the canonical
// form, so nodes and sites of the later copies are classified by their position in the first.
#pragma once

#include "envs/slot_table.hpp"
#include "envs/state.hpp"

namespace fragflow {

struct TreeOrbits {
  // The first node of each node's orbit.
  std::array<std::uint8_t, kMaxNodes> node;
  // At a representative node: the smallest site of each site's orbit.
  std::array<std::array<std::uint8_t, kMaxSites>, kMaxNodes> site;
  // Joins at each site of each node, and over all sites.
  std::array<std::array<std::uint8_t, kMaxSites>, kMaxNodes> used;
  std::array<std::uint8_t, kMaxNodes> degree;

  bool is_representative(int v) const { return node[v] == v; }
};

// state: a result of canonical_tree with at least one node; fixed_root: as passed to it.
TreeOrbits tree_orbits(const SlotTable& slots, const State& state, bool fixed_root);

}  // namespace fragflow
