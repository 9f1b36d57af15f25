// Trees of fragments without a root, to be cut and put together: what genetic operators work on.
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

// Nodes are numbered in any order. As many joins as nodes less one connect them.
struct LooseTree {
  std::vector<std::int32_t> labels;
  std::vector<Join> joins;

  int size() const { return static_cast<int>(labels.size()); }
  int degree(int node) const;
};

// A tree with the slot that it is to be joined at.
struct Piece {
  LooseTree tree;
  Slot slot;
};

// Stopped or not is lost.
LooseTree loose_tree(const State& state);

// Not stopped and not canonical: the nodes in breadth-first order from node 0, as order lists them
// if it is given. At most kMaxNodes nodes.
State to_state(const LooseTree& tree, std::vector<int>* order = nullptr);

// What hangs on one end of a join once it is cut: the part with `kept`, which is one of the join's
// two slots.
Piece part(const LooseTree& tree, const Join& join, const Slot& kept);

// Both pieces joined at their slots; the nodes of x keep their numbers, those of y follow.
LooseTree joined(const Piece& x, const Piece& y);

// A fragment by itself.
Piece single(std::int32_t label, int site);

}  // namespace fragflow
