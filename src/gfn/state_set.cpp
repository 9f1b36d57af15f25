#include "src/gfn/state_set.hpp"

#include "src/base/parallel.hpp"

namespace fragflow {

StateSet make_state_set(const Environment& environment, std::vector<State> states,
                        bool with_leaves) {
  StateSet set;
  set.network_row.assign(states.size(), -1);
  std::vector<State> unfinished;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (environment.is_terminal(states[i])) continue;
    set.network_row[i] = static_cast<std::int64_t>(unfinished.size());
    unfinished.push_back(states[i]);
  }
  set.parents.resize(states.size());
  parallel_for(static_cast<std::int64_t>(states.size()),
               [&](std::int64_t i) { set.parents[i] = distinct_parents(environment, states[i]); });
  set.batch = make_state_batch(environment, unfinished, with_leaves);
  set.states = std::move(states);
  return set;
}

}  // namespace fragflow
