// Moves between drawings of a fragment tree, each counted separately.
//
// A drawing numbers the nodes of a tree and identifies every slot by its index, so that attaching
// to either of two equivalent slots gives two moves, and removing either of two equivalent leaves
// gives two removals. Code that knows drawings but not states assigns each labelled move its own
// log P_F and P_B = 1 / number of labelled removals; it balances flows between drawings, and
// samples a tree in proportion to R times its number of drawings. The counts here measure that bias
// (docs/exactness.md).
#pragma once

#include "envs/fragment_tree.hpp"

namespace fragflow {

class DrawingCounter {
 public:
  // environment: without a start fragment; must outlive the counter.
  explicit DrawingCounter(const FragmentTree& environment);

  const FragmentTree& environment() const { return environment_; }
  // Number of labelled moves that correspond to a legal action of a state, at least 1.
  int num_moves(const State& state, Action action) const;
  // Number of labelled removals of a state other than s0, at least 1.
  int num_removals(const State& state) const;

 private:
  const FragmentTree& environment_;
};

}  // namespace fragflow
