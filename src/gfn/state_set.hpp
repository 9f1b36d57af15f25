// Distinct states with the data that training needs about them and that no weight changes.
#pragma once

#include <vector>

#include "envs/parents.hpp"
#include "models/state_batch.hpp"

namespace fragflow {

struct StateSet {
  std::vector<State> states;                 // including terminals
  std::vector<std::int64_t> network_row;     // of each state in `batch`; -1 for terminals
  std::vector<std::vector<Parent>> parents;  // of each state
  StateBatch batch;                          // the states that are not terminal
};

// states: canonical and distinct (once per condition; the caller adds conditions to the batch).
StateSet make_state_set(const Environment& environment, std::vector<State> states,
                        bool with_leaves);

}  // namespace fragflow
