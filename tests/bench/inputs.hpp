// Fixed inputs of the benchmarks: the default vocabulary, and states of uniformly random walks.
#pragma once

#include <memory>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/base/data_path.hpp"
#include "src/base/rng.hpp"
#include "src/chem/assembly.hpp"

namespace fragflow::bench {

inline constexpr std::uint64_t kSeed = 20240229;
inline constexpr int kBatch = 64;

// The default vocabulary, two to six fragments.
inline const FragmentTree& default_tree() {
  static const FragmentTree tree(Vocabulary::load(data_path("vocabulary.json")),
                                 FragmentTreeConfig{.max_fragments = 6, .min_fragments = 2});
  return tree;
}

// A walk from the empty state to a finished molecule, both included.
inline std::vector<State> random_walk(const Environment& environment, std::uint64_t index) {
  Rng rng(kSeed, index);
  std::vector<State> states = {environment.initial_state()};
  ActionSet actions;
  while (!environment.is_terminal(states.back())) {
    environment.legal_actions(states.back(), actions);
    auto left = static_cast<std::int64_t>(rng.below(actions.count()));
    Action drawn;
    actions.for_each([&](Action action) {
      if (left-- == 0) drawn = action;
    });
    states.push_back(environment.apply(states.back(), drawn));
  }
  return states;
}

inline std::vector<State> random_terminals(int count) {
  std::vector<State> terminals;
  for (int i = 0; i < count; ++i) terminals.push_back(random_walk(default_tree(), i).back());
  return terminals;
}

inline std::vector<FragmentNode> fragment_nodes(const State& state) {
  std::vector<FragmentNode> nodes;
  for (int i = 0; i < state.num_nodes; ++i) {
    const Node& node = state.nodes[i];
    nodes.push_back({node.label, node.parent, node.parent_site, node.site});
  }
  return nodes;
}

// The states of `walks` random walks that are not terminal.
inline std::vector<State> random_states(int walks) {
  std::vector<State> states;
  for (int i = 0; i < walks; ++i) {
    const std::vector<State> walk = random_walk(default_tree(), i);
    states.insert(states.end(), walk.begin(), walk.end() - 1);
  }
  return states;
}

}  // namespace fragflow::bench
