// What every environment promises, as checks that return a failure message ("" if all is well). The
// same checks run on all environments of the table, where they must pass, and on deliberately
// broken variants, where the named one must fail.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "envs/enumeration.hpp"
#include "envs/environment.hpp"
#include "envs/parents.hpp"
#include "tests/envs/environment_table.hpp"

namespace fragflow::test {

struct Subject {
  const Environment& environment;
  const StateGraph& graph;
  std::function<std::vector<Parent>(const Environment&, const State&)> parents = distinct_parents;
  // Another drawing of a state (environment_table.hpp); made from the unbroken environment.
  std::function<State(const State&, Rng&)> redraw;
  std::int64_t num_states = 0, num_terminals = 0;  // known counts
};

struct Check {
  std::string name;
  std::function<std::string(const Subject&)> run;
};

// edges: forward edges equal backward edges, with the actions of each.
// parents: every parent of a reachable state is reachable, parents come sorted, once each.
// uniform_backward: 1 / number of parents, summed over the edges into a state, is 1.
// child_probabilities: under a random policy, the probabilities of distinct children sum to 1.
// actions: non-terminals have actions, terminals none, all but s0 have parents, no dead ends.
// counts: states and terminals are as many as counted independently.
// canonical: every drawing of a state has the state as its canonical form.
// histories: replaying any backward walk forward gives the same state, bit for bit.
// length: max_length bounds every trajectory and is reached.
const std::vector<Check>& conformance_checks();

// Runs the check of this name.
std::string run_check(const std::string& name, const Subject& subject);

}  // namespace fragflow::test
