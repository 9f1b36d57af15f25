#include "tests/envs/environment_table.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "envs/hypergrid.hpp"
#include "src/chem/vocabulary_steering.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow::test {
namespace {

std::function<std::unique_ptr<Environment>()> tree(const char* json, FragmentTreeConfig config,
                                                   int start = -1) {
  return [=] { return std::make_unique<FragmentTree>(make_vocabulary(json), config, start); };
}

// Grown from a scaffold, as environment.start of a configuration gives it.
std::function<std::unique_ptr<Environment>()> grown(const char* json, const char* scaffold,
                                                    FragmentTreeConfig config) {
  return [=] {
    Vocabulary vocabulary = with_start(make_vocabulary(json), scaffold);
    const int start = vocabulary.size() - 1;
    return std::make_unique<FragmentTree>(std::move(vocabulary), config, start);
  };
}

// Products of reactions. Terminals: scripts/check_synthesis.py, by reactions on whole molecules.
// The number of states is the program's own.
std::function<std::unique_ptr<Environment>()> products(int max_fragments) {
  return [=] {
    return std::make_unique<FragmentTree>(
        Vocabulary::load(FRAGFLOW_SOURCE_DIR "/data/synthons_small.json"),
        FragmentTreeConfig{.max_fragments = max_fragments});
  };
}

std::function<std::unique_ptr<Environment>()> grid(int dimension, int height, bool forced_stop) {
  return [=] {
    return std::make_unique<Hypergrid>(HypergridConfig{dimension, height, forced_stop});
  };
}

}  // namespace

const std::vector<EnvironmentRow>& environment_table() {
  // Grids: height^dimension cells; forced stop: (H-1)^D internal, (H-1)^D + D (H-1)^(D-1) terminal.
  // Trees: scripts/count_states.py, which knows nothing of this program's code.
  static const std::vector<EnvironmentRow> table = {
      {"grid_8x8", grid(2, 8, false), 64, 64},
      {"grid_3x3x3", grid(3, 3, false), 27, 27},
      {"grid_8x8_forced_stop", grid(2, 8, true), 49, 63},
      {"grid_2x2x2_forced_stop", grid(3, 2, true), 1, 1 + 3},
      {"rings", tree(kRings, {.max_fragments = 3}), 1 + 4 + 28 + 385, 417},
      {"rings_from_benzene", tree(kRings, {.max_fragments = 3}, /*start=*/0), 1 + 6 + 135, 142},
      {"rings_without_methanol", tree(kRings, {.max_fragments = 3, .forbidden = {"CO"}}),
       1 + 3 + 15 + 175, 193},
      // A benzene of its own identity beside the vocabulary's.
      {"rings_from_scaffold", grown(kRings, "[*]c1ccc([*])cc1", {.max_fragments = 3}), 1 + 7 + 133,
       141},
      {"rings_of_8_heavy_atoms", tree(kRings, {.max_fragments = 3, .max_heavy_atoms = 8}),
       1 + 4 + 18 + 18, 40},
      {"atoms", tree(kAtoms, {.max_fragments = 4}), 1 + 3 + 6 + 18 + 65, 92},
      {"atoms_5", tree(kAtoms, {.max_fragments = 5}), 1 + 92 + 258, 350},
      // O=C=O takes nothing, so it may stop below min_fragments.
      {"mixed", tree(kMixed, {.max_fragments = 3, .min_fragments = 2}), 1 + 4 + 21 + 186,
       1 + 21 + 186},
      {"typed", tree(kTyped, {.max_fragments = 4, .min_fragments = 2}), 1 + 5 + 37 + 355 + 3971,
       37 + 355 + 3971},
      {"products", products(4), 1 + 244, 27 + 55 + 52},
  };
  return table;
}

const EnvironmentRow& environment_row(const std::string& name) {
  for (const EnvironmentRow& row : environment_table()) {
    if (row.name == name) return row;
  }
  throw std::out_of_range("no environment row " + name);
}

State redraw(const Environment& environment, const State& state, Rng& rng) {
  const auto* tree = dynamic_cast<const FragmentTree*>(&environment);
  if (tree == nullptr || state.num_nodes == 0) return state;
  const int n = state.num_nodes;
  // Symmetric sites: any automorphism at every node.
  std::vector<SitePermutation> permutation(n);
  for (int v = 0; v < n; ++v) {
    const auto group = tree->slots().automorphisms(state.nodes[v].label);
    permutation[v] = group[rng.below(group.size())];
  }
  // Another root and order: grow a random connected order over the joins.
  std::vector<int> order = {static_cast<int>(rng.below(n))}, position(n, -1);
  position[order[0]] = 0;
  State result;
  result.num_nodes = state.num_nodes;
  result.stopped = state.stopped;
  result.nodes[0].label = state.nodes[order[0]].label;
  while (static_cast<int>(order.size()) < n) {
    const int child = 1 + static_cast<int>(rng.below(n - 1));
    const Node& join = state.nodes[child];
    const bool down = position[join.parent] >= 0, up = position[child] >= 0;
    if (down == up) continue;
    const int from = down ? join.parent : child, to = down ? child : join.parent;
    Node& node = result.nodes[order.size()];
    node.label = state.nodes[to].label;
    node.parent = static_cast<std::int8_t>(position[from]);
    node.parent_site = permutation[from][down ? join.parent_site : join.site];
    node.site = permutation[to][down ? join.site : join.parent_site];
    position[to] = static_cast<int>(order.size());
    order.push_back(to);
  }
  return result;
}

}  // namespace fragflow::test
