#include "envs/enumeration.hpp"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/topological_sort.hpp>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

using Graph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::int32_t, std::int64_t>;

// State -> index by open addressing on indices, so that each state is stored once.
class StateIndex {
 public:
  explicit StateIndex(const std::vector<State>& states) : states_(states), slots_(1024, -1) {}

  // The state's index, or -1 after claiming states.size() for it (the caller then appends it).
  std::int32_t find_or_claim(const State& state) {
    if (2 * (states_.size() + 1) > slots_.size()) grow();
    std::size_t at = StateHash{}(state) & (slots_.size() - 1);
    for (; slots_[at] >= 0; at = (at + 1) & (slots_.size() - 1)) {
      if (states_[slots_[at]] == state) return slots_[at];
    }
    slots_[at] = static_cast<std::int32_t>(states_.size());
    return -1;
  }

 private:
  void grow() {
    slots_.assign(slots_.size() * 2, -1);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      std::size_t at = StateHash{}(states_[i]) & (slots_.size() - 1);
      while (slots_[at] >= 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = static_cast<std::int32_t>(i);
    }
  }

  const std::vector<State>& states_;
  std::vector<std::int32_t> slots_;
};

struct Step {
  State child;
  Action action;
};

// All steps out of one state, sorted by (child, action).
std::vector<Step> expand(const Environment& environment, const State& state) {
  thread_local ActionSet actions;
  environment.legal_actions(state, actions);
  std::vector<Step> steps;
  steps.reserve(actions.count());
  actions.for_each([&](Action action) {
    steps.push_back(Step{environment.apply(state, action), action});
  });
  FRAGFLOW_CHECK(!steps.empty(), "{} is not terminal but has no action",
                 environment.to_string(state));
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return a.child != b.child ? a.child < b.child : a.action < b.action;
  });
  return steps;
}

// Renumbers the states into the order of StateGraph and sorts each state's edges.
void renumber(StateGraph& graph, const std::vector<std::int32_t>& new_index) {
  StateGraph result;
  result.num_internal = graph.num_internal;
  result.states.resize(graph.states.size());
  std::vector<std::int32_t> old_index(graph.states.size());
  for (std::size_t i = 0; i < graph.states.size(); ++i) {
    result.states[new_index[i]] = graph.states[i];
    old_index[new_index[i]] = static_cast<std::int32_t>(i);
  }
  graph.states.clear();
  graph.states.shrink_to_fit();
  result.edge_begin = {0};
  result.action_begin = {0};
  result.edge_parent.reserve(graph.edge_child.size());
  result.edge_child.reserve(graph.edge_child.size());
  result.edge_actions.reserve(graph.edge_actions.size());
  std::vector<std::int64_t> edges;
  for (std::int32_t parent = 0; parent < graph.num_internal; ++parent) {
    const std::int32_t old = old_index[parent];
    edges.resize(static_cast<std::size_t>(graph.edge_begin[old + 1] - graph.edge_begin[old]));
    std::iota(edges.begin(), edges.end(), graph.edge_begin[old]);
    std::sort(edges.begin(), edges.end(), [&](std::int64_t a, std::int64_t b) {
      return new_index[graph.edge_child[a]] < new_index[graph.edge_child[b]];
    });
    for (const std::int64_t edge : edges) {
      result.edge_parent.push_back(parent);
      result.edge_child.push_back(new_index[graph.edge_child[edge]]);
      const auto actions = graph.actions(edge);
      result.edge_actions.insert(result.edge_actions.end(), actions.begin(), actions.end());
      result.action_begin.push_back(static_cast<std::int64_t>(result.edge_actions.size()));
    }
    result.edge_begin.push_back(result.num_edges());
  }
  graph = std::move(result);
}

// Internal states by the length of the longest path to them, terminals last.
std::vector<std::int32_t> topological_numbers(const StateGraph& graph,
                                              const std::vector<bool>& is_terminal) {
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  edges.reserve(graph.edge_child.size());
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    edges.emplace_back(graph.edge_parent[e], graph.edge_child[e]);
  }
  const Graph boost_graph(boost::edges_are_sorted, edges.begin(), edges.end(),
                          static_cast<std::int32_t>(graph.states.size()));
  std::vector<std::int32_t> reversed;
  reversed.reserve(graph.states.size());
  try {
    boost::topological_sort(boost_graph, std::back_inserter(reversed));
  } catch (const boost::not_a_dag&) {
    throw InternalError("the environment has a cycle");
  }
  std::vector<std::int32_t> depth(graph.states.size(), 0);
  for (auto node = reversed.rbegin(); node != reversed.rend(); ++node) {
    if (is_terminal[*node]) continue;
    for (std::int64_t e = graph.edge_begin[*node]; e < graph.edge_begin[*node + 1]; ++e) {
      std::int32_t& child_depth = depth[graph.edge_child[e]];
      child_depth = std::max(child_depth, depth[*node] + 1);
    }
  }
  std::vector<std::int32_t> order(graph.states.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    if (is_terminal[a] != is_terminal[b]) return is_terminal[b] == true;
    return depth[a] < depth[b];
  });
  std::vector<std::int32_t> new_index(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) new_index[order[i]] = static_cast<int>(i);
  return new_index;
}

}  // namespace

StateGraph enumerate(const Environment& environment, std::int64_t max_states) {
  constexpr std::int64_t kBlock = 512;  // parents expanded at a time; bounds the memory
  StateGraph graph;
  graph.edge_begin = {0};
  graph.action_begin = {0};
  std::vector<bool> is_terminal;
  StateIndex index(graph.states);
  const auto index_of = [&](const State& state) {
    std::int32_t found = index.find_or_claim(state);
    if (found >= 0) return found;
    if (graph.size() >= max_states) {
      user_error(
          "more than {} states: enumeration stopped at the limit; lower "
          "environment.max_fragments (or the grid's size), use a smaller vocabulary, or "
          "raise the limit",
          max_states);
    }
    graph.states.push_back(state);
    is_terminal.push_back(environment.is_terminal(state));
    graph.num_internal += is_terminal.back() ? 0 : 1;
    return static_cast<std::int32_t>(graph.size() - 1);
  };
  index_of(environment.initial_state());
  std::vector<std::vector<Step>> expanded;
  for (std::int64_t next = 0; next < graph.size();) {
    const std::int64_t count = std::min(kBlock, graph.size() - next);
    expanded.assign(static_cast<std::size_t>(count), {});
    parallel_for(count, [&](std::int64_t i) {
      if (!is_terminal[next + i]) expanded[i] = expand(environment, graph.states[next + i]);
    });
    for (std::int64_t i = 0; i < count; ++i) {
      const std::vector<Step>& steps = expanded[i];
      for (std::size_t k = 0; k < steps.size(); ++k) {
        if (k == 0 || steps[k].child != steps[k - 1].child) {
          if (k > 0)
            graph.action_begin.push_back(static_cast<std::int64_t>(graph.edge_actions.size()));
          graph.edge_parent.push_back(static_cast<std::int32_t>(next + i));
          graph.edge_child.push_back(index_of(steps[k].child));
        }
        graph.edge_actions.push_back(steps[k].action);
      }
      if (!steps.empty()) {
        graph.action_begin.push_back(static_cast<std::int64_t>(graph.edge_actions.size()));
      }
      graph.edge_begin.push_back(graph.num_edges());
    }
    next += count;
  }
  renumber(graph, topological_numbers(graph, is_terminal));
  return graph;
}

std::vector<double> count_trajectories(const StateGraph& graph) {
  std::vector<double> count(graph.states.size(), 0.0);
  count[0] = 1;
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    count[graph.edge_child[e]] += count[graph.edge_parent[e]];
  }
  return count;
}

std::vector<std::int32_t> dead_ends(const StateGraph& graph) {
  // Searches backwards from an extra node that represents "finished".
  const auto finished = static_cast<std::int32_t>(graph.states.size());
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  edges.reserve(graph.edge_child.size() + static_cast<std::size_t>(graph.num_terminals()));
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    edges.emplace_back(graph.edge_child[e], graph.edge_parent[e]);
  }
  for (std::int64_t i = graph.num_internal; i < graph.size(); ++i) {
    edges.emplace_back(finished, static_cast<std::int32_t>(i));
  }
  const Graph backward(boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(),
                       finished + 1);
  std::vector<boost::default_color_type> color(graph.states.size() + 1);
  boost::breadth_first_search(backward, finished,
                              boost::color_map(boost::make_iterator_property_map(
                                  color.begin(), boost::get(boost::vertex_index, backward))));
  std::vector<std::int32_t> result;
  for (std::int32_t i = 0; i < finished; ++i) {
    if (color[i] == boost::white_color) result.push_back(i);
  }
  return result;
}

}  // namespace fragflow
