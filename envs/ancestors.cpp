#include "envs/ancestors.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"

namespace fragflow {

bool is_well_formed(const Environment::Shape& shape, const State& state) {
  if (state.num_nodes > std::min(shape.max_nodes, kMaxNodes)) return false;
  const auto has_site = [&](int label, int site) {
    return site < shape.site_offset[label + 1] - shape.site_offset[label];
  };
  for (int i = 0; i < state.num_nodes; ++i) {
    const Node& node = state.nodes[i];
    if (node.label >= shape.num_labels) return false;
    if (shape.is_vector) continue;
    if (i == 0) {
      if (node.parent != -1) return false;
      continue;
    }
    if (node.parent < 0 || node.parent >= i || !has_site(node.label, node.site) ||
        !has_site(state.nodes[node.parent].label, node.parent_site)) {
      return false;
    }
  }
  return true;
}

bool is_reachable(const Environment& environment, const State& state) {
  const State start = environment.initial_state();
  State current = state;
  std::vector<BackwardAction> backward;
  ActionSet legal;
  while (current != start) {
    environment.legal_backward_actions(current, backward);
    if (backward.empty()) return false;
    const Predecessor predecessor = environment.undo(current, backward.front());
    // undo() returns stop for a join that has no place in the parent.
    if (predecessor.action.is_stop() != backward.front().is_undo_stop()) return false;
    environment.legal_actions(predecessor.parent, legal);
    if (!legal.contains(predecessor.action)) return false;
    current = predecessor.parent;
  }
  return true;
}

void AncestorGraph::clear() {
  entries_.clear();
  index_.clear();
}

bool AncestorGraph::add(std::span<const State> terminals, std::int64_t max_states) {
  const std::size_t old_size = entries_.size();
  ++num_adds_;
  num_visited_ = 0;
  max_states_ = max_states;
  for (const State& terminal : terminals) {
    if (visit(terminal) >= 0) continue;
    for (std::size_t i = old_size; i < entries_.size(); ++i) index_.erase(entries_[i].state);
    entries_.resize(old_size);
    return false;
  }
  return true;
}

// Counts a state once for each add(); false beyond the limit.
bool AncestorGraph::count(Entry& entry) {
  entry.last_add = num_adds_;
  return ++num_visited_ <= max_states_;
}

bool AncestorGraph::revisit(std::int32_t index) {
  Entry& entry = entries_[index];
  if (entry.last_add == num_adds_) return true;
  if (!count(entry)) return false;
  return std::all_of(entry.edges.begin(), entry.edges.end(),
                     [&](const Edge& edge) { return revisit(edge.parent); });
}

std::int32_t AncestorGraph::visit(const State& state) {
  if (const auto found = index_.find(state); found != index_.end()) {
    return revisit(found->second) ? found->second : -1;
  }
  Entry entry{state, {}, 0};
  if (!count(entry)) return -1;
  std::vector<Parent> parents = distinct_parents(environment_, state);
  FRAGFLOW_CHECK(!parents.empty() || state == environment_.initial_state(), "{} cannot be reached",
                 environment_.to_string(state));
  for (Parent& parent : parents) {
    const std::int32_t parent_index = visit(parent.state);
    if (parent_index < 0) return -1;
    entry.edges.push_back({parent_index, std::move(parent.actions)});
  }
  // After all ancestors, so that indices are in topological order.
  const auto index = static_cast<std::int32_t>(entries_.size());
  entries_.push_back(std::move(entry));
  index_.emplace(state, index);
  return index;
}

StateGraph AncestorGraph::graph() const {
  StateGraph graph;
  std::vector<std::int32_t> order(entries_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto first_terminal = std::stable_partition(
      order.begin(), order.end(),
      [&](std::int32_t i) { return !environment_.is_terminal(entries_[i].state); });
  graph.num_internal = first_terminal - order.begin();
  std::vector<std::int32_t> position(entries_.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = static_cast<std::int32_t>(i);
    graph.states.push_back(entries_[order[i]].state);
  }
  struct Child {
    std::int32_t index;
    const Edge* edge;
  };
  std::vector<std::vector<Child>> children(graph.num_internal);
  for (std::size_t child = 0; child < order.size(); ++child) {
    for (const Edge& edge : entries_[order[child]].edges) {
      children[position[edge.parent]].push_back({static_cast<std::int32_t>(child), &edge});
    }
  }
  graph.edge_begin.push_back(0);
  graph.action_begin.push_back(0);
  for (std::size_t parent = 0; parent < children.size(); ++parent) {
    for (const auto& [child, edge] : children[parent]) {
      graph.edge_parent.push_back(static_cast<std::int32_t>(parent));
      graph.edge_child.push_back(child);
      graph.edge_actions.insert(graph.edge_actions.end(), edge->actions.begin(),
                                edge->actions.end());
      graph.action_begin.push_back(static_cast<std::int64_t>(graph.edge_actions.size()));
    }
    graph.edge_begin.push_back(graph.num_edges());
  }
  return graph;
}

}  // namespace fragflow
