// What training on labelled moves (envs/drawing_counter.hpp) converges to. No torch.
#pragma once

#include <vector>

#include "envs/drawing_counter.hpp"
#include "envs/enumeration.hpp"

namespace fragflow {

// For every terminal x, the factor w(x) of the distribution R(x) w(x) / sum of R w that solves the
// labelled balance exactly: the sum over trajectories to x of the product of
// (labelled moves of the transition) / (labelled removals of the child). By counting drawings it is
// the product of the fragments' numbers of slot permutations over the tree's number of
// automorphisms.
std::vector<double> drawing_counts(const StateGraph& graph, const DrawingCounter& counter);

}  // namespace fragflow
