#include "envs/route_rules.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>

#include "envs/enumeration.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/route_count.hpp"
#include "envs/tree_operators.hpp"
#include "src/base/check.hpp"
#include "src/chem/synthesis/synthon_maker.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

Vocabulary synthons() { return Vocabulary::load(FRAGFLOW_SOURCE_DIR "/data/synthons_small.json"); }

struct Choice {  // of a compound and an order of its slots, for one node
  const OriginSides* origin;
  std::vector<int> order;
};

// Straight from the rules of docs/synthesis.md, one choice of compounds, orders and reactions after
// the other, for finished trees.
class Naive {
 public:
  explicit Naive(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {
    const ReactionList& list = *vocabulary.reactions();
    for (const Fragment& fragment : vocabulary.fragments()) {
      std::vector<int> sites(fragment.sites.size());
      std::iota(sites.begin(), sites.end(), 0);
      for (const SynthonOrigin& origin : fragment.origins) {
        origins_.push_back({&fragment, origin_sides(list, origin, sites, "test")});
        const OriginSides& added = origins_.back().second;
        if (sites.size() == 1 && added.kept == 0) caps_ |= added.sides[0];
      }
    }
  }

  bool is_product(const State& state) const {
    std::vector<Choice> choices(state.num_nodes);
    return choose(state, choices, 0);
  }

 private:
  bool choose(const State& state, std::vector<Choice>& choices, int node) const {
    if (node == state.num_nodes) return has_reactions(state, choices);
    const Fragment& fragment = vocabulary_.fragment(state.nodes[node].label);
    for (const auto& [of, sides] : origins_) {
      if (of != &fragment) continue;
      std::vector<int> order(fragment.sites.size());
      std::iota(order.begin(), order.end(), 0);
      do {
        if (!sides.may_be_last[order.back()]) continue;
        choices[node] = {&sides, order};
        if (choose(state, choices, node + 1)) return true;
      } while (std::next_permutation(order.begin(), order.end()));
    }
    return false;
  }

  // What stands open at a node while this site reacts.
  static GroupMask later(const Choice& choice, int site) {
    GroupMask groups = 0;
    bool is_later = false;
    for (const int s : choice.order) {
      if (is_later) groups |= choice.origin->open[s];
      is_later |= s == site;
    }
    return groups;
  }

  bool has_reactions(const State& state, const std::vector<Choice>& choices) const {
    const ReactionList& list = *vocabulary_.reactions();
    GroupMask kept = 0;
    for (const Choice& choice : choices) kept |= choice.origin->kept;
    if (std::popcount(kept) > kMaxKeptGroups || list.has_reactive_pair(kept)) return false;
    for (int v = 1; v < state.num_nodes; ++v) {
      const Node& node = state.nodes[v];
      const Choice &here = choices[v], &above = choices[node.parent];
      if (here.order.back() != node.site && above.order.back() != node.parent_site) return false;
      const GroupMask present = kept | later(here, node.site) | later(above, node.parent_site);
      bool reacts = false;
      for (int r = 0; r < static_cast<int>(list.reactions.size()); ++r) {
        for (int side = 0; side < 2; ++side) {
          reacts |= (list.forbidden(r) & present) == 0 && caps_.test(side_bit(r, 0)) &&
                    caps_.test(side_bit(r, 1)) &&
                    here.origin->sides[node.site].test(side_bit(r, side)) &&
                    above.origin->sides[node.parent_site].test(side_bit(r, 1 - side));
        }
      }
      if (!reacts) return false;
    }
    return true;
  }

  const Vocabulary& vocabulary_;
  std::vector<std::pair<const Fragment*, OriginSides>> origins_;
  SideMask caps_;
};

// Every tree of this size, each slot used: one fragment after the other at the first free slot.
void list_finished(const FragmentTree& environment, const State& state, int size,
                   std::set<State>& found) {
  const Vocabulary& vocabulary = environment.vocabulary();
  for (int v = 0; v < state.num_nodes; ++v) {
    for (int s = 0; s < static_cast<int>(vocabulary.fragment(state.nodes[v].label).sites.size());
         ++s) {
      bool is_free = v == 0 || state.nodes[v].site != s;
      for (int c = 1; c < state.num_nodes; ++c) {
        is_free &= state.nodes[c].parent != v || state.nodes[c].parent_site != s;
      }
      if (!is_free) continue;
      if (state.num_nodes == size) return;
      for (int f = 0; f < vocabulary.size(); ++f) {
        for (int t = 0; t < static_cast<int>(vocabulary.fragment(f).sites.size()); ++t) {
          State larger = state;
          Node& node = larger.nodes[larger.num_nodes++];
          node = {static_cast<std::int32_t>(f), static_cast<std::int8_t>(v),
                  static_cast<std::uint8_t>(s), static_cast<std::uint8_t>(t)};
          list_finished(environment, larger, size, found);
        }
      }
      return;
    }
  }
  if (state.num_nodes == size) found.insert(environment.canonical(state));
}

TEST(RouteRules, ProductsAreThoseOfATrialOfEveryOrder) {
  FragmentTreeConfig config;
  config.max_fragments = 4;
  const FragmentTree environment(synthons(), config);
  const Naive naive(environment.vocabulary());
  std::set<State> expected;
  std::vector<double> by_size(5, 0);
  for (int size = 2; size <= 4; ++size) {
    std::set<State> all;
    for (int f = 0; f < environment.vocabulary().size(); ++f) {
      State state;
      state.num_nodes = 1;
      state.nodes[0].label = static_cast<std::int32_t>(f);
      list_finished(environment, state, size, all);
    }
    for (State state : all) {
      if (!naive.is_product(state)) continue;
      ++by_size[size];
      state.stopped = true;
      expected.insert(state);
    }
    EXPECT_LT(by_size[size], static_cast<double>(all.size()));
  }
  const StateGraph graph = enumerate(environment, 100000);
  const std::set<State> found(graph.terminals().begin(), graph.terminals().end());
  EXPECT_TRUE(found == expected) << found.size() << " found, " << expected.size();
  EXPECT_GT(expected.size(), 50U);
  EXPECT_TRUE(dead_ends(graph).empty());
  // Counted without being listed.
  EXPECT_EQ(count_products(environment, 4), by_size);
}

TEST(RouteRules, LimitsLeaveRoomToFinish) {
  FragmentTreeConfig config;
  config.max_fragments = 4;
  const FragmentTree all(synthons(), config);
  const auto atoms_of = [&](const State& state) {
    int atoms = 0;
    for (int v = 0; v < state.num_nodes; ++v) {
      atoms += all.vocabulary().fragment(state.nodes[v].label).num_heavy_atoms;
    }
    return atoms;
  };
  std::set<State> expected;
  const StateGraph every = enumerate(all, 100000);
  for (const State& state : every.terminals()) {
    if (atoms_of(state) <= 24) expected.insert(state);
  }
  config.max_heavy_atoms = 24;
  const FragmentTree environment(synthons(), config);
  std::set<State> found;
  std::size_t unfinished = 0;
  const StateGraph graph = enumerate(environment, 100000);
  for (const State& state : graph.terminals()) {
    if (environment.is_complete(state)) {
      found.insert(state);
    } else {
      ++unfinished;  // room was reserved by type
    }
  }
  EXPECT_TRUE(found == expected) << found.size() << " found, " << expected.size();
  EXPECT_LT(found.size(), static_cast<std::size_t>(every.num_terminals()));
  EXPECT_LT(unfinished, found.size() / 10);
  config.max_heavy_atoms = 3;
  EXPECT_THAT([&] { FragmentTree(synthons(), config); },
              testing::ThrowsMessage<UserError>(HasSubstr("no two of the allowed synthons")));
}

TEST(RouteRules, GeneticOperatorsMakeProductsOnly) {
  FragmentTreeConfig config;
  config.max_fragments = 4;
  const FragmentTree environment(synthons(), config);
  const StateGraph graph = enumerate(environment, 100000);
  const std::set<State> products(graph.terminals().begin(), graph.terminals().end());
  const TreeOperators operators(environment, 0.0);
  Rng rng(7, 0, 0);
  int changed = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const State a = operators.recombine(rng);
    EXPECT_TRUE(products.contains(a)) << environment.to_string(a);
    for (const auto& child :
         {operators.mutate(a, rng), operators.crossover(a, operators.recombine(rng), rng)}) {
      if (!child) continue;
      ++changed;
      EXPECT_TRUE(products.contains(*child)) << environment.to_string(*child);
    }
  }
  EXPECT_GT(changed, 100);
}

}  // namespace
}  // namespace fragflow
