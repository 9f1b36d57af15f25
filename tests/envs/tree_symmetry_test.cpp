// The canonical form and the orbits against a naive reference that tries every permutation of the
// nodes.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "envs/canonical_tree.hpp"
#include "envs/enumeration.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/tree_orbits.hpp"
#include "tests/envs/environment_table.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow::test {
namespace {

// joins[v]: (site at v, other node, site there), sorted.
using Joins = std::vector<std::multiset<std::array<int, 3>>>;

Joins joins_of(const State& state) {
  Joins joins(state.num_nodes);
  for (int v = 1; v < state.num_nodes; ++v) {
    const Node& node = state.nodes[v];
    joins[v].insert({node.site, node.parent, node.parent_site});
    joins[node.parent].insert({node.parent_site, v, node.site});
  }
  return joins;
}

// Calls visit(node map, automorphism per node) for every isomorphism from a to b.
void for_each_isomorphism(
    const SlotTable& slots, const State& a, const State& b,
    const std::function<void(const std::vector<int>&, const std::vector<const SitePermutation*>&)>&
        visit) {
  if (a.num_nodes != b.num_nodes) return;
  const int n = a.num_nodes;
  const Joins wanted = joins_of(b);
  std::vector<int> map(n);
  std::iota(map.begin(), map.end(), 0);
  do {
    std::vector<const SitePermutation*> chosen(n);
    const auto choose = [&](auto&& self, int v) -> void {
      if (v == n) {
        Joins mapped(n);
        for (int c = 1; c < n; ++c) {
          const Node& node = a.nodes[c];
          const int here = (*chosen[c])[node.site];
          const int there = (*chosen[node.parent])[node.parent_site];
          mapped[map[c]].insert({here, map[node.parent], there});
          mapped[map[node.parent]].insert({there, map[c], here});
        }
        if (mapped == wanted) visit(map, chosen);
        return;
      }
      if (a.nodes[v].label != b.nodes[map[v]].label) return;
      for (const SitePermutation& permutation : slots.automorphisms(a.nodes[v].label)) {
        chosen[v] = &permutation;
        self(self, v + 1);
      }
    };
    choose(choose, 0);
  } while (std::next_permutation(map.begin(), map.end()));
}

bool is_isomorphic(const SlotTable& slots, const State& a, const State& b) {
  bool found = false;
  for_each_isomorphism(slots, a, b, [&found](const auto&, const auto&) { found = true; });
  return found;
}

// A random tree that respects capacities, not in canonical form.
State random_tree(const SlotTable& slots, int num_labels, int num_nodes, Rng& rng) {
  State state;
  state.num_nodes = 1;
  state.nodes[0].label = static_cast<std::int32_t>(rng.below(num_labels));
  std::vector<std::array<int, kMaxSites>> used(num_nodes);
  for (int tries = 0; state.num_nodes < num_nodes && tries < 1000; ++tries) {
    const int label = static_cast<int>(rng.below(num_labels));
    const int parent = static_cast<int>(rng.below(state.num_nodes));
    const int parent_label = state.nodes[parent].label;
    if (slots.num_sites(label) == 0 || slots.num_sites(parent_label) == 0) continue;
    const int parent_site = static_cast<int>(rng.below(slots.num_sites(parent_label)));
    if (used[parent][parent_site] == slots.capacity(parent_label, parent_site)) continue;
    const int site = static_cast<int>(rng.below(slots.num_sites(label)));
    ++used[parent][parent_site];
    ++used[state.num_nodes][site];
    state.nodes[state.num_nodes++] =
        Node{static_cast<std::int32_t>(label), static_cast<std::int8_t>(parent),
             static_cast<std::uint8_t>(parent_site), static_cast<std::uint8_t>(site)};
  }
  return state;
}

// Fragments with few labels and much symmetry, so that random pairs are often isomorphic.
constexpr const char* kSymmetric =
    R"([["CC", [0, 0, 1, 1]], ["C1CC1", [0, 1, 2]], ["CO", [0, 1]]])";

TEST(CanonicalTree, EqualIfAndOnlyIfIsomorphic) {
  const Vocabulary vocabulary = make_vocabulary(kSymmetric);
  const SlotTable slots(vocabulary);
  int isomorphic = 0;
  for (int size = 1; size <= 5; ++size) {
    for (int k = 0; k < 150; ++k) {
      Rng rng(/*seed=*/5, size, k);
      const State a = random_tree(slots, vocabulary.size(), size, rng);
      State b = random_tree(slots, vocabulary.size(), size, rng);
      if (k % 3 == 0 && size > 1) {  // the same tree with one join moved to another site
        b = a;
        Node& node = b.nodes[1 + rng.below(size - 1)];
        node.site = static_cast<std::uint8_t>(rng.below(slots.num_sites(node.label)));
      }
      const bool expected = is_isomorphic(slots, a, b);
      isomorphic += expected ? 1 : 0;
      EXPECT_EQ(canonical_tree(slots, a, -1, nullptr) == canonical_tree(slots, b, -1, nullptr),
                expected)
          << "size " << size << ", pair " << k;
    }
  }
  EXPECT_GT(isomorphic, 50);  // the sample tests both answers
}

TEST(CanonicalTree, RelabellingIsTheIsomorphismToTheCanonicalForm) {
  const Vocabulary vocabulary = make_vocabulary(kSymmetric);
  const SlotTable slots(vocabulary);
  for (int k = 0; k < 300; ++k) {
    Rng rng(/*seed=*/6, k);
    const State a = random_tree(slots, vocabulary.size(), 1 + k % 9, rng);
    Relabelling relabelling;
    const State b = canonical_tree(slots, a, -1, &relabelling);
    Joins mapped(a.num_nodes);
    for (int c = 1; c < a.num_nodes; ++c) {
      const Node& node = a.nodes[c];
      const int child = relabelling.node[c], parent = relabelling.node[node.parent];
      const int here = (*relabelling.site[c])[node.site];
      const int there = (*relabelling.site[node.parent])[node.parent_site];
      EXPECT_EQ(b.nodes[child].label, node.label);
      mapped[child].insert({here, parent, there});
      mapped[parent].insert({there, child, here});
    }
    EXPECT_EQ(mapped, joins_of(b)) << k;
  }
}

TEST(TreeOrbits, EqualThoseOfTheNaiveAutomorphismGroup) {
  const Vocabulary vocabulary = make_vocabulary(kSymmetric);
  const SlotTable slots(vocabulary);
  int symmetric = 0;
  for (int k = 0; k < 300; ++k) {
    Rng rng(/*seed=*/7, k);
    const int size = 1 + k % 5;
    const State state =
        canonical_tree(slots, random_tree(slots, vocabulary.size(), size, rng), -1, nullptr);
    // Smallest image of every node and every (node, site) under all automorphisms.
    std::array<int, kMaxNodes> node;
    std::iota(node.begin(), node.end(), 0);
    std::array<std::array<std::pair<int, int>, kMaxSites>, kMaxNodes> site;
    for (int v = 0; v < size; ++v) {
      for (int s = 0; s < kMaxSites; ++s) site[v][s] = {v, s};
    }
    int group = 0;
    for_each_isomorphism(slots, state, state, [&](const auto& map, const auto& chosen) {
      ++group;
      for (int v = 0; v < size; ++v) {
        node[v] = std::min(node[v], map[v]);
        for (int s = 0; s < slots.num_sites(state.nodes[v].label); ++s) {
          site[v][s] = std::min(site[v][s], std::pair<int, int>(map[v], (*chosen[v])[s]));
        }
      }
    });
    symmetric += group > 1 ? 1 : 0;
    const TreeOrbits orbits = tree_orbits(slots, state, /*fixed_root=*/false);
    for (int v = 0; v < size; ++v) {
      EXPECT_EQ(orbits.node[v], node[v]) << "tree " << k << ", node " << v;
      for (int s = 0; s < slots.num_sites(state.nodes[v].label); ++s) {
        const int representative = orbits.node[v];
        const std::pair<int, int> orbit{representative, orbits.site[representative][s]};
        EXPECT_EQ(orbit, site[v][s]) << "tree " << k << ", node " << v << ", site " << s;
      }
    }
  }
  EXPECT_GT(symmetric, 100);
}

}  // namespace
}  // namespace fragflow::test
