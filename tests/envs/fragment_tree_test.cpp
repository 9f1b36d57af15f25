#include "envs/fragment_tree.hpp"

#include <gtest/gtest.h>

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

// Numbers of an independent brute force over labelled atoms (docs/exactness.md).
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

}  // namespace
}  // namespace fragflow
