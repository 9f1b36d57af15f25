// Moves between drawings of a fragment tree, each counted by itself.
//
// A drawing numbers the nodes of a tree and knows every slot by its index, so that attaching to one
// of two equivalent slots are two moves, and removing one of two equivalent leaves are two
// removals. Code that knows drawings but not states gives each such labelled move its own log P_F
// and P_B = 1 / number of labelled removals; it balances flows between drawings, and samples a tree
// in proportion to R times its number of drawings. This counts, to measure that bias
// (docs/exactness.md).
#pragma once

#include "envs/fragment_tree.hpp"

namespace fragflow {

class DrawingCounter {
 public:
  // A tree without a start fragment, which must outlive the counter.
  explicit DrawingCounter(const FragmentTree& environment);

  const FragmentTree& environment() const { return environment_; }
  // Labelled moves that a legal action of a state stands for, at least 1.
  int num_moves(const State& state, Action action) const;
  // Labelled removals of a state other than s0, at least 1.
  int num_removals(const State& state) const;

 private:
  const FragmentTree& environment_;
};

}  // namespace fragflow
