// The part of a state graph above given terminals: all there is to their exact probabilities, also
// where the whole graph is far too large to list.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "envs/enumeration.hpp"
#include "envs/parents.hpp"

namespace fragflow {

// True if labels, parents and sites are in range, as for a state read from a file they may not be.
// What may be used how often is for is_reachable to find.
bool is_well_formed(const Environment::Shape& shape, const State& state);

// True if forward actions lead from s0 to this canonical state. One path decides it, since legality
// is hereditary. The state must be well formed (no site used beyond its capacity).
bool is_reachable(const Environment& environment, const State& state);

// Collects terminals and their ancestors, each state once.
class AncestorGraph {
 public:
  explicit AncestorGraph(const Environment& environment) : environment_(environment) {}

  // Adds reachable terminals with all their ancestors. False, and nothing is added, if that are
  // more than max_states states, those that the graph already holds included.
  bool add(std::span<const State> terminals, std::int64_t max_states);

  std::int64_t size() const { return static_cast<std::int64_t>(entries_.size()); }
  void clear();

  // The collected states with the edges between them, in the order that StateGraph describes; an
  // internal state's edges are only those that lead to collected states.
  StateGraph graph() const;

 private:
  struct Edge {
    std::int32_t parent;
    std::vector<Action> actions;
  };
  struct Entry {
    State state;
    std::vector<Edge> edges;    // from the parents, which have smaller indices
    std::int64_t last_add = 0;  // the call of add() that met it last
  };

  // Index of the state, after its ancestors; -1 if the limit is met.
  std::int32_t visit(const State& state);
  bool count(Entry& entry);
  bool revisit(std::int32_t index);

  const Environment& environment_;
  std::vector<Entry> entries_;
  std::unordered_map<State, std::int32_t, StateHash> index_;
  std::int64_t num_adds_ = 0, num_visited_ = 0, max_states_ = 0;  // of the current add()
};

}  // namespace fragflow
