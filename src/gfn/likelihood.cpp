#include "src/gfn/likelihood.hpp"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

#include "envs/ancestors.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/exact.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kBlockStates = 50'000;  // distinct states held at a time; bounds memory

// log p of every terminal of the graph.
std::unordered_map<State, double, StateHash> terminal_log_p(const Environment& environment,
                                                            Policy& policy,
                                                            const StateGraph& graph) {
  const std::vector<double> log_pf = edge_log_probabilities(environment, policy, graph);
  std::vector<double> log_mass(graph.states.size(), -std::numeric_limits<double>::infinity());
  log_mass[0] = 0.0;
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    // Edges are sorted by parent in topological order, so that the parent's mass is complete.
    double& child = log_mass[graph.edge_child[e]];
    child = log_add(child, log_mass[graph.edge_parent[e]] + log_pf[e]);
  }
  std::unordered_map<State, double, StateHash> result;
  for (std::int64_t s = graph.num_internal; s < graph.size(); ++s) {
    result.emplace(graph.states[s], log_mass[s]);
  }
  return result;
}

}  // namespace

std::vector<Likelihood> log_likelihoods(const Environment& environment, Policy& policy,
                                        std::span<const std::vector<State>> objects,
                                        std::int64_t max_states) {
  std::vector<Likelihood> results(objects.size());
  AncestorGraph ancestors(environment);
  std::vector<std::size_t> waiting;
  const auto evaluate = [&] {
    if (waiting.empty()) return;
    const auto log_p = terminal_log_p(environment, policy, ancestors.graph());
    for (const std::size_t i : waiting) {
      double sum = -std::numeric_limits<double>::infinity();
      for (const State& terminal : objects[i]) sum = log_add(sum, log_p.at(terminal));
      results[i].log_p = sum;
    }
    waiting.clear();
    ancestors.clear();
  };
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (objects[i].empty()) {
      results[i].reason = "no terminal state";
    } else if (ancestors.add(objects[i], max_states)) {
      waiting.push_back(i);
    } else {
      results[i].reason = fmt::format("more than {} states lead to it", max_states);
    }
    if (ancestors.size() >= kBlockStates) evaluate();
  }
  evaluate();
  return results;
}

}  // namespace fragflow
