#include "envs/fragment_tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "envs/enumeration.hpp"
#include "envs/parents.hpp"
#include "src/base/check.hpp"
#include "src/chem/assembly.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow {
namespace {

using test::kAtoms;
using test::kMixed;
using test::kRings;
using test::make_vocabulary;

// Internal, non-empty states by number of fragments.
std::map<int, int> states_by_size(const StateGraph& graph) {
  std::map<int, int> counts;
  for (std::int64_t i = 0; i < graph.num_internal; ++i) ++counts[graph.states[i].num_nodes];
  counts.erase(0);
  return counts;
}

std::set<std::string> molecules(const FragmentTree& tree, const StateGraph& graph) {
  const Assembler assembler(tree.vocabulary());
  std::set<std::string> result;
  for (const State& state : graph.terminals()) {
    std::vector<FragmentNode> nodes;
    for (int v = 0; v < state.num_nodes; ++v) {
      const Node& node = state.nodes[v];
      nodes.push_back({node.label, node.parent, node.parent_site, node.site});
    }
    result.insert(assembler.smiles(nodes));
  }
  return result;
}

// Numbers of an independent brute force over labelled atoms (scripts/count_states.py).
TEST(FragmentTree, CountsOfRingsUpToThree) {
  const FragmentTree tree(make_vocabulary(kRings), {.max_fragments = 3});
  EXPECT_EQ(tree.vocabulary().blocks().size(), 7u);
  const StateGraph graph = enumerate(tree, 10000);
  EXPECT_EQ(states_by_size(graph), (std::map<int, int>{{1, 4}, {2, 28}, {3, 385}}));
  EXPECT_EQ(graph.num_terminals(), 417);
  EXPECT_EQ(molecules(tree, graph).size(), 417u);
}

TEST(FragmentTree, CountsOfAtomsUpToFour) {
  const FragmentTree tree(make_vocabulary(kAtoms), {.max_fragments = 4});
  const StateGraph graph = enumerate(tree, 10000);
  EXPECT_EQ(states_by_size(graph), (std::map<int, int>{{1, 3}, {2, 6}, {3, 18}, {4, 65}}));
  EXPECT_EQ(molecules(tree, graph).size(), 92u);
}

// Distinct children and attachments of the single fragment `label`.
std::pair<std::size_t, int> children_and_actions(const FragmentTree& tree, int label) {
  State state;
  state.num_nodes = 1;
  state.nodes[0].label = static_cast<std::int32_t>(label);
  ActionSet actions;
  tree.legal_actions(state, actions);
  std::set<State> children;
  actions.for_each([&](Action action) {
    if (!action.is_stop()) children.insert(tree.apply(state, action));
  });
  return {children.size(), actions.count() - 1};
}

// Head-to-tail repeats: CO + CO by C-O and by O-C is one tree.
TEST(FragmentTree, SeveralActionsLeadToOneChild) {
  const FragmentTree tree(make_vocabulary(kRings), {.max_fragments = 3});
  EXPECT_EQ(children_and_actions(tree, 2), (std::pair<std::size_t, int>{13, 14}));  // CO
  EXPECT_EQ(children_and_actions(tree, 3), (std::pair<std::size_t, int>{18, 21}));  // THP
  EXPECT_EQ(children_and_actions(tree, 0), (std::pair<std::size_t, int>{7, 7}));    // benzene
}

// Of the 72 standard fragments, those with two kinds of slots repeat head to tail.
TEST(FragmentTree, StandardFragmentsWithSeveralActionsToOneChild) {
  const std::string path = FRAGFLOW_SOURCE_DIR "/../shared/bengio2021/fragments_72.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs " << path;
  const FragmentTree tree(Vocabulary::load(path), {.max_fragments = 3});
  int repeating = 0;
  for (int f = 0; f < tree.vocabulary().size(); ++f) {
    const auto [children, actions] = children_and_actions(tree, f);
    repeating += static_cast<int>(children) < actions ? 1 : 0;
  }
  EXPECT_EQ(repeating, 24);
}

TEST(FragmentTree, DistinctParentsOfMethoxymethanolJoinTheActionsOfBothEnds) {
  const FragmentTree tree(make_vocabulary(kRings), {.max_fragments = 3});
  State dimer;  // CO joined by its C to the O of another CO
  dimer.num_nodes = 2;
  dimer.nodes[0].label = 2;
  dimer.nodes[1] = Node{2, 0, 0, 1};
  dimer = tree.canonical(dimer);
  const std::vector<Parent> parents = distinct_parents(tree, dimer);
  ASSERT_EQ(parents.size(), 1u);
  EXPECT_EQ(parents[0].actions.size(), 2u);
  EXPECT_EQ(parents[0].backward_actions.size(), 2u);
  for (const Action action : parents[0].actions) {
    EXPECT_EQ(tree.apply(parents[0].state, action), dimer);
  }
}

TEST(FragmentTree, FragmentWithoutSlotsHasItsOwnColumn) {
  const FragmentTree tree(make_vocabulary(kMixed), {.max_fragments = 3, .min_fragments = 2});
  const int blocks = static_cast<int>(tree.vocabulary().blocks().size());
  EXPECT_EQ(tree.shape().num_choices, blocks + 1);
  const int column = tree.first_choice(2);
  EXPECT_EQ(column, blocks);
  const State carbon_dioxide = tree.apply(tree.initial_state(), Action{0, column});
  EXPECT_EQ(tree.to_string(carbon_dioxide), "O=C=O");
  ActionSet actions;
  tree.legal_actions(carbon_dioxide, actions);
  EXPECT_EQ(actions.count(), 1);
  EXPECT_TRUE(actions.stop);
}

TEST(FragmentTree, StopNeedsMinFragments) {
  const FragmentTree tree(make_vocabulary(kRings), {.max_fragments = 3, .min_fragments = 2});
  ActionSet actions;
  const State benzene = tree.apply(tree.initial_state(), Action{0, 0});
  tree.legal_actions(benzene, actions);
  EXPECT_FALSE(actions.stop);
  EXPECT_THROW(tree.apply(benzene, Action::stop()), InternalError);
  tree.legal_actions(tree.apply(benzene, Action{0, 0}), actions);
  EXPECT_TRUE(actions.stop);
}

TEST(FragmentTree, TextShowsFragmentsAndAtoms) {
  const FragmentTree tree(make_vocabulary(kRings), {.max_fragments = 3});
  EXPECT_EQ(tree.to_string(tree.initial_state()), "(empty)");
  State anisole;
  anisole.num_nodes = 2;
  anisole.nodes[1] = Node{2, 0, 0, 1};
  EXPECT_EQ(tree.to_string(anisole), "c1ccccc1{0-CO:1}");
}

TEST(FragmentTree, RefusesBadOptions) {
  const Vocabulary vocabulary = make_vocabulary(kRings);
  EXPECT_THROW(FragmentTree(vocabulary, {.max_fragments = 0}), UserError);
  EXPECT_THROW(FragmentTree(vocabulary, {.max_fragments = kMaxFragments + 1}), UserError);
  EXPECT_THROW(FragmentTree(vocabulary, {.max_fragments = 2, .min_fragments = 3}), UserError);
  EXPECT_THROW(FragmentTree(vocabulary, {.forbidden = {"CCC"}}), UserError);
  EXPECT_THROW(FragmentTree(vocabulary, {.forbidden = {"C", "CO", "c1ccccc1", "C1CCOCC1"}}),
               UserError);
}

}  // namespace
}  // namespace fragflow
