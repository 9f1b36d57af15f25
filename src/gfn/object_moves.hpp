// Moves from one object to another: the proposals of Markov chains. An object stands for its state
// before stop. No torch.
#pragma once

#include <optional>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

// The distinct states that one action other than stop leads to, sorted.
std::vector<State> distinct_children(const Environment& environment, const State& state);

// True if stop is legal in this state, so that it is an object.
bool can_stop(const Environment& environment, const State& state);

// A kind of move is chosen with probability 1/3 each:
//   add      uniform over the distinct children of s;
//   remove   uniform over its distinct parents;
//   replace  a uniform distinct parent p of s, then a uniform distinct child of p.
// Nothing if there is no such neighbour, if the move leads back to s, or to what is no object.
// Kinds lead to states of different sizes, so that a state is reached by one kind only.
std::optional<State> propose_move(const Environment& environment, const State& state, Rng& rng);

// log of the exact probability that propose_move leads from one state to the other (different)
// one, replacements summed over the parents they share; minus infinity if it cannot.
double log_move_probability(const Environment& environment, const State& from, const State& to);

struct RebuiltObject {
  State to;
  // Of the path that was taken: log of the probability of its reverse, less that of itself.
  double log_hastings = 0;
};
// Takes 1 to 3 steps back, each to a uniform distinct parent, and 1 to 3 forward, each to a uniform
// distinct child; the numbers are uniform. Passes through states that are no objects, without which
// some environments fall apart: a product of two blocks becomes one of three only by losing a block
// and being given two. Accepting each path with the ratio of its reverse keeps detailed balance
// path by path, so that the paths between two objects need not be summed. Nothing where a step has
// no way to go, or the path ends where it began or at what is no object.
std::optional<RebuiltObject> propose_rebuilding(const Environment& environment, const State& state,
                                                Rng& rng);

}  // namespace fragflow
