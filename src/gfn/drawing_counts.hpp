// What training on labelled moves (envs/drawing_counter.hpp) converges to. No torch.
#pragma once

#include <vector>

#include "envs/drawing_counter.hpp"
#include "envs/enumeration.hpp"

namespace fragflow {

// For every terminal x, the factor w(x) of the distribution R(x) w(x) / sum of
// R w that solves the labelled balance exactly: the sum over trajectories to x
// of the product of (labelled moves of the transition) / (labelled removals of
// the child). It equals the product of the numbers of slot permutations of the
// fragments times the number of automorphisms of the tree.
std::vector<double> drawing_counts(const StateGraph& graph, const DrawingCounter& counter);

}  // namespace fragflow
