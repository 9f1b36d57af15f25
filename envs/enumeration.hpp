// Enumeration of every state of a small environment, as the basis of exact distributions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "envs/environment.hpp"

namespace fragflow {

// An edge is a pair (parent, child) of states; it carries all forward actions between them, since
// the probability of the child is the sum over them.
struct StateGraph {
  // Terminal states come last: [0, num_internal) are in topological order (every edge goes from a
  // smaller to a larger index), states[0] is s0, and [num_internal, size) are the terminals x.
  std::vector<State> states;
  std::int64_t num_internal = 0;

  // Edges leaving state i: [edge_begin[i], edge_begin[i + 1]), children ascending.
  std::vector<std::int64_t> edge_begin;  // num_internal + 1
  std::vector<std::int32_t> edge_parent;
  std::vector<std::int32_t> edge_child;
  // Actions of edge e: [action_begin[e], action_begin[e + 1]), sorted.
  std::vector<std::int64_t> action_begin;  // number of edges + 1
  std::vector<Action> edge_actions;

  std::int64_t size() const { return static_cast<std::int64_t>(states.size()); }
  std::int64_t num_terminals() const { return size() - num_internal; }
  std::int64_t num_edges() const { return static_cast<std::int64_t>(edge_child.size()); }
  std::span<const State> terminals() const {
    return std::span(states).subspan(static_cast<std::size_t>(num_internal));
  }
  std::span<const Action> actions(std::int64_t edge) const {
    return std::span(edge_actions)
        .subspan(static_cast<std::size_t>(action_begin[edge]),
                 static_cast<std::size_t>(action_begin[edge + 1] - action_begin[edge]));
  }
};

// Breadth first, in parallel, deterministic for any number of threads. Throws UserError naming the
// limit if there are more than max_states states (internal and terminal), InternalError if the
// environment has a cycle or a non-terminal state without actions.
StateGraph enumerate(const Environment& environment, std::int64_t max_states);

// For each state, the number of trajectories from s0 to it; trajectories are sequences of states.
std::vector<double> count_trajectories(const StateGraph& graph);

// Indices of states from which no terminal can be reached; empty for a sound environment.
std::vector<std::int32_t> dead_ends(const StateGraph& graph);

}  // namespace fragflow
