// Moves from one object to another: the proposals of Markov chains. An object is given as its state
// before stop. No torch.
#pragma once

#include <optional>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

// The distinct states that one action other than stop leads to, sorted.
std::vector<State> distinct_children(const Environment& environment, const State& state);

// True if stop is legal in this state, so that the state is an object.
bool can_stop(const Environment& environment, const State& state);

// One kind of move is chosen, each with probability 1/3:
//   add      uniform over the distinct children of s;
//   remove   uniform over its distinct parents;
//   replace  a uniform distinct parent p of s, then a uniform distinct child of p.
// Empty if there is no such neighbour, or if the move leads back to s or to a state that is not an
// object. The kinds lead to states of different sizes, so each state is reached by one kind only.
std::optional<State> propose_move(const Environment& environment, const State& state, Rng& rng);

// log of the exact probability that propose_move leads from one state to another, different one;
// replacements are summed over all shared parents. Minus infinity if it cannot.
double log_move_probability(const Environment& environment, const State& from, const State& to);

struct RebuiltObject {
  State to;
  // For the path taken: log probability of the reverse path minus that of the path.
  double log_hastings = 0;
};
// Takes 1 to 3 steps back, each to a uniform distinct parent, and 1 to 3 forward, each to a uniform
// distinct child; both numbers are uniform. The path may pass through states that are not objects;
// without this some chains would be reducible: a product of two blocks becomes one of three only by
// losing a block and gaining two. Accepting each path with the ratio to its reverse gives detailed
// balance path by path, so the paths between two objects need not be summed. Empty if a step has no
// neighbour, or if the path ends at its start or at a state that is not an object.
std::optional<RebuiltObject> propose_rebuilding(const Environment& environment, const State& state,
                                                Rng& rng);

}  // namespace fragflow
