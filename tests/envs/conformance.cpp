#include "tests/envs/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

namespace fragflow::test {
namespace {

// (parent, child, action), all of them.
using Edge = std::tuple<State, State, Action>;

std::unordered_map<State, std::int64_t, StateHash> index_of_states(const StateGraph& graph) {
  std::unordered_map<State, std::int64_t, StateHash> index;
  for (std::int64_t i = 0; i < graph.size(); ++i) index.emplace(graph.states[i], i);
  return index;
}

std::string check_edges(const Subject& subject) {
  const Environment& environment = subject.environment;
  const StateGraph& graph = subject.graph;
  std::vector<Edge> forward, backward;
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    for (const Action action : graph.actions(e)) {
      forward.emplace_back(graph.states[graph.edge_parent[e]], graph.states[graph.edge_child[e]],
                           action);
    }
  }
  std::vector<BackwardAction> actions;
  for (const State& state : graph.states) {
    environment.legal_backward_actions(state, actions);
    if (!std::is_sorted(actions.begin(), actions.end()) ||
        std::adjacent_find(actions.begin(), actions.end()) != actions.end()) {
      return "backward actions not ascending and unique at " + environment.to_string(state);
    }
    for (const BackwardAction action : actions) {
      const Predecessor predecessor = environment.undo(state, action);
      backward.emplace_back(predecessor.parent, state, predecessor.action);
    }
  }
  std::sort(forward.begin(), forward.end());
  std::sort(backward.begin(), backward.end());
  if (forward == backward) return "";
  const auto [f, b] =
      std::mismatch(forward.begin(), forward.end(), backward.begin(), backward.end());
  const bool is_forward = b == backward.end() || (f != forward.end() && *f < *b);
  const Edge& edge = is_forward ? *f : *b;
  return fmt::format("{} forward and {} backward edges; only {}: {} -> {} by ({}, {})",
                     forward.size(), backward.size(), is_forward ? "forward" : "backward",
                     environment.to_string(std::get<0>(edge)),
                     environment.to_string(std::get<1>(edge)), std::get<2>(edge).place,
                     std::get<2>(edge).choice);
}

std::string check_parents(const Subject& subject) {
  const auto index = index_of_states(subject.graph);
  for (const State& state : subject.graph.states) {
    const std::vector<Parent> parents = subject.parents(subject.environment, state);
    for (std::size_t i = 0; i < parents.size(); ++i) {
      const std::string names = subject.environment.to_string(parents[i].state) + " of " +
                                subject.environment.to_string(state);
      if (i > 0 && !(parents[i - 1].state < parents[i].state)) return "order of parent " + names;
      if (!index.contains(parents[i].state)) return "unreachable parent " + names;
    }
  }
  return "";
}

std::string check_uniform_backward(const Subject& subject) {
  const StateGraph& graph = subject.graph;
  std::vector<int> edges_in(graph.states.size(), 0);
  for (const std::int32_t child : graph.edge_child) ++edges_in[child];
  for (std::int64_t i = 1; i < graph.size(); ++i) {
    const auto parents = subject.parents(subject.environment, graph.states[i]).size();
    if (static_cast<int>(parents) != edges_in[i]) {
      return fmt::format("uniform P_B sums to {}/{} at {}", edges_in[i], parents,
                         subject.environment.to_string(graph.states[i]));
    }
  }
  return "";
}

std::string check_child_probabilities(const Subject& subject) {
  const Environment& environment = subject.environment;
  const StateGraph& graph = subject.graph;
  // A random policy: p(action | state) from random weights. P_F(child) is then summed the way
  // training does, over the actions that distinct_parents lists.
  std::vector<std::map<Action, double>> policy(graph.num_internal);
  ActionSet actions;
  for (std::int64_t i = 0; i < graph.num_internal; ++i) {
    Rng rng(/*seed=*/17, static_cast<std::uint64_t>(i));
    environment.legal_actions(graph.states[i], actions);
    double total = 0;
    actions.for_each([&](Action action) { total += policy[i][action] = 0.1 + rng.uniform(); });
    for (auto& [action, weight] : policy[i]) weight /= total;
  }
  const auto index = index_of_states(graph);
  std::vector<double> sum(graph.num_internal, 0.0);
  for (const State& child : graph.states) {
    for (const Parent& parent : subject.parents(environment, child)) {
      const auto found = index.find(parent.state);
      if (found == index.end()) continue;
      for (const Action action : parent.actions)
        sum[found->second] += policy[found->second][action];
    }
  }
  for (std::int64_t i = 0; i < graph.num_internal; ++i) {
    if (std::abs(sum[i] - 1) > 1e-12) {
      return fmt::format("children of {} have probability {}",
                         environment.to_string(graph.states[i]), sum[i]);
    }
  }
  return "";
}

std::string check_actions(const Subject& subject) {
  const Environment& environment = subject.environment;
  ActionSet actions;
  std::vector<BackwardAction> backward;
  for (std::int64_t i = 0; i < subject.graph.size(); ++i) {
    const State& state = subject.graph.states[i];
    environment.legal_actions(state, actions);
    environment.legal_backward_actions(state, backward);
    const std::string name = environment.to_string(state);
    if (environment.is_terminal(state) != actions.empty()) return "actions of " + name;
    if ((state == environment.initial_state()) != backward.empty()) return "parents of " + name;
  }
  const auto ends = dead_ends(subject.graph);
  if (ends.empty()) return "";
  return "dead end " + environment.to_string(subject.graph.states[ends[0]]);
}

std::string check_counts(const Subject& subject) {
  const StateGraph& graph = subject.graph;
  if (graph.num_internal == subject.num_states && graph.num_terminals() == subject.num_terminals) {
    return "";
  }
  return fmt::format("{} states and {} terminals, expected {} and {}", graph.num_internal,
                     graph.num_terminals(), subject.num_states, subject.num_terminals);
}

std::string check_canonical(const Subject& subject) {
  constexpr int kDrawings = 4;
  Rng rng(/*seed=*/23);
  for (const State& state : subject.graph.states) {
    if (subject.environment.canonical(state) != state) {
      return "not canonical: " + subject.environment.to_string(state);
    }
    for (int k = 0; k < kDrawings; ++k) {
      if (subject.environment.canonical(subject.redraw(state, rng)) != state) {
        return "another drawing of " + subject.environment.to_string(state);
      }
    }
  }
  return "";
}

std::string check_histories(const Subject& subject) {
  constexpr int kHistories = 3;
  const Environment& environment = subject.environment;
  Rng rng(/*seed=*/29);
  std::vector<BackwardAction> backward;
  for (const State& target : subject.graph.states) {
    for (int k = 0; k < kHistories; ++k) {
      State state = target;
      std::vector<Action> history;
      while (state != environment.initial_state()) {
        environment.legal_backward_actions(state, backward);
        if (backward.empty()) return "no way back from " + environment.to_string(state);
        const Predecessor previous = environment.undo(state, backward[rng.below(backward.size())]);
        history.push_back(previous.action);
        state = previous.parent;
      }
      if (static_cast<int>(history.size()) > environment.max_length()) {
        return "a history longer than max_length";
      }
      for (; !history.empty(); history.pop_back()) {
        ActionSet actions;
        environment.legal_actions(state, actions);
        if (!actions.contains(history.back())) {
          return "illegal history of " + environment.to_string(target);
        }
        state = environment.apply(state, history.back());
      }
      if (state != target) return "another history of " + environment.to_string(target);
    }
  }
  return "";
}

std::string check_length(const Subject& subject) {
  const StateGraph& graph = subject.graph;
  std::vector<int> longest(graph.states.size(), 0);
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    int& child = longest[graph.edge_child[e]];
    child = std::max(child, longest[graph.edge_parent[e]] + 1);
  }
  const int found = *std::max_element(longest.begin(), longest.end());
  if (found == subject.environment.max_length()) return "";
  return fmt::format("longest trajectory {}, max_length {}", found,
                     subject.environment.max_length());
}

}  // namespace

const std::vector<Check>& conformance_checks() {
  static const std::vector<Check> checks = {
      {"edges", check_edges},
      {"parents", check_parents},
      {"uniform_backward", check_uniform_backward},
      {"child_probabilities", check_child_probabilities},
      {"actions", check_actions},
      {"counts", check_counts},
      {"canonical", check_canonical},
      {"histories", check_histories},
      {"length", check_length},
  };
  return checks;
}

std::string run_check(const std::string& name, const Subject& subject) {
  for (const Check& check : conformance_checks()) {
    if (check.name == name) return check.run(subject);
  }
  throw std::out_of_range("no conformance check " + name);
}

}  // namespace fragflow::test
