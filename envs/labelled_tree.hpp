// The fragment tree as common code sees it: moves of drawings, each counted by itself.
//
// A drawing numbers the nodes of a tree and knows every slot by its index, so that attaching to one
// of two equivalent slots are two moves, and removing one of two equivalent leaves are two
// removals. Training that gives each labelled move its own log P_F and P_B = 1 / number of labelled
// removals balances flows between drawings, and samples a tree in proportion to R times its number
// of drawings. It exists to measure that bias (docs/exactness.md), not to be used.
#pragma once

#include "envs/fragment_tree.hpp"

namespace fragflow {

// An environment whose actions stand for several labelled moves. Scoring then counts these
// separately instead of adding up what leads to the same state.
class LabelledMoves {
 public:
  virtual ~LabelledMoves() = default;
  // Labelled moves that a legal action of a state stands for, at least 1.
  virtual int num_moves(const State& state, Action action) const = 0;
  // Labelled removals of a state other than s0, at least 1.
  virtual int num_removals(const State& state) const = 0;
};

class LabelledTree : public FragmentTree, public LabelledMoves {
 public:
  using FragmentTree::FragmentTree;  // without a start fragment

  int num_moves(const State& state, Action action) const override;
  int num_removals(const State& state) const override;
};

}  // namespace fragflow
