// Small worlds whose exact answers are known, shared by the tests of this folder.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <unordered_map>

#include "envs/enumeration.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/hypergrid.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/scoring.hpp"
#include "src/reward/function_reward.hpp"

namespace fragflow {

// Smooth and uneven, so that symmetric molecules are not rewarded alike by accident.
inline double wavy_log_reward(const State& state) {
  double sum = 0;
  for (int i = 0; i < state.num_nodes; ++i) {
    sum += std::sin(1.0 + 2.3 * state.nodes[i].label) + 0.2 * state.nodes[i].site;
  }
  return sum - 0.3 * state.num_nodes;
}

// Benzene with symmetric slots, methyl, methanol (head-to-tail repeats), tetrahydropyran: at most
// three fragments, 417 distinct molecules (docs/exactness.md).
inline std::unique_ptr<FragmentTree> ring_world(int max_fragments = 3) {
  const char* text = R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]], ["CO", [0,1]],
                         ["C1CCOCC1", [0,1,2,4,5]]])";
  FragmentTreeConfig config;
  config.max_fragments = max_fragments;
  return std::make_unique<FragmentTree>(Vocabulary::parse(text, "ring world"), config);
}

// C, O, N with several equal slots: 92 trees of at most four fragments.
inline std::unique_ptr<FragmentTree> atom_world(int max_fragments = 4) {
  const char* text = R"([["C", [0,0,0,0]], ["O", [0,0]], ["N", [0,0,0]]])";
  FragmentTreeConfig config;
  config.max_fragments = max_fragments;
  return std::make_unique<FragmentTree>(Vocabulary::parse(text, "atom world"), config);
}

inline std::unique_ptr<Hypergrid> small_grid(int height = 4) {
  HypergridConfig config;
  config.height = height;
  return std::make_unique<Hypergrid>(config);
}

inline std::vector<double> terminal_log_rewards(const StateGraph& graph) {
  std::vector<double> log_rewards;
  for (const State& state : graph.terminals()) log_rewards.push_back(wavy_log_reward(state));
  return log_rewards;
}

// Index of every state of the graph.
inline std::unordered_map<State, std::int64_t, StateHash> index_of_states(const StateGraph& graph) {
  std::unordered_map<State, std::int64_t, StateHash> index;
  for (std::int64_t i = 0; i < graph.size(); ++i) index.emplace(graph.states[i], i);
  return index;
}

}  // namespace fragflow
