// Probabilities belong to states: the distinct parents of a state, with all actions that lead from
// each to the state.
#pragma once

#include <vector>

#include "envs/environment.hpp"

namespace fragflow {

struct Parent {
  State state;
  std::vector<Action> actions;                   // all forward actions parent -> child, sorted
  std::vector<BackwardAction> backward_actions;  // the leaf orbits whose removal gives this parent
};

// Distinct parents of `child`, sorted by state. Empty iff child is s0.
//   uniform P_B(parent | child) = 1 / size
//   log P_F(child | parent)     = logsumexp of the log-probabilities of parent.actions
//   FM inflow                   = sum over all actions of all parents
std::vector<Parent> distinct_parents(const Environment& environment, const State& child);

}  // namespace fragflow
