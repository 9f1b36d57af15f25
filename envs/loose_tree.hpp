// Unrooted trees of fragments that can be cut and joined, for genetic operators.
#pragma once

#include <cstdint>
#include <vector>

#include "envs/state.hpp"

namespace fragflow {

// A site of a node.
struct Slot {
  int node = 0;
  int site = 0;
  auto operator<=>(const Slot&) const = default;
};

struct Join {
  Slot a, b;
};

// Nodes are in any order; they are connected by one join fewer than there are nodes.
struct LooseTree {
  std::vector<std::int32_t> labels;
  std::vector<Join> joins;

  int size() const { return static_cast<int>(labels.size()); }
  int degree(int node) const;
};

// A tree with a slot at which it is to be joined.
struct Piece {
  LooseTree tree;
  Slot slot;
};

// Drops whether the state is stopped.
LooseTree loose_tree(const State& state);

// Not stopped and not canonical: the nodes in breadth-first order from node 0; if given, order
// receives that order. At most kMaxNodes nodes.
State to_state(const LooseTree& tree, std::vector<int>* order = nullptr);

// The part that remains at one end of a join when it is cut: the one with `kept`, which is one of
// the join's two slots.
Piece part(const LooseTree& tree, const Join& join, const Slot& kept);

// Joins both pieces at their slots; the nodes of x keep their numbers, those of y follow.
LooseTree joined(const Piece& x, const Piece& y);

// A piece of a single fragment.
Piece single(std::int32_t label, int site);

}  // namespace fragflow
