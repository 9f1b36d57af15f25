// The part of a state graph above given terminals: sufficient for their exact probabilities even
// when the full graph cannot be enumerated.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "envs/enumeration.hpp"
#include "envs/parents.hpp"

namespace fragflow {

// True if labels, parents and sites are in range; a state read from a file may violate this. Limits
// on how often sites are used are checked by is_reachable.
bool is_well_formed(const Environment::Shape& shape, const State& state);

// True if forward actions lead from s0 to this canonical state. One path suffices, as legality is
// hereditary. The state must be well formed (no site used beyond its capacity).
bool is_reachable(const Environment& environment, const State& state);

// Collects terminals and their ancestors, each state once.
class AncestorGraph {
 public:
  explicit AncestorGraph(const Environment& environment) : environment_(environment) {}

  // Adds reachable terminals with all their ancestors. Returns false and adds nothing if the graph
  // would then hold more than max_states states, including those it already holds.
  bool add(std::span<const State> terminals, std::int64_t max_states);

  std::int64_t size() const { return static_cast<std::int64_t>(entries_.size()); }
  void clear();

  // The collected states and the edges between them, in the order described at StateGraph; an
  // internal state has only the edges that lead to collected states.
  StateGraph graph() const;

 private:
  struct Edge {
    std::int32_t parent;
    std::vector<Action> actions;
  };
  struct Entry {
    State state;
    std::vector<Edge> edges;    // from the parents, which have smaller indices
    std::int64_t last_add = 0;  // last call of add() that visited it
  };

  // Index of the state, after visiting its ancestors; -1 if the limit is reached.
  std::int32_t visit(const State& state);
  bool count(Entry& entry);
  bool revisit(std::int32_t index);

  const Environment& environment_;
  std::vector<Entry> entries_;
  std::unordered_map<State, std::int32_t, StateHash> index_;
  std::int64_t num_adds_ = 0, num_visited_ = 0, max_states_ = 0;  // of the current add()
};

}  // namespace fragflow
