// Enumeration against scripts/count_states.py, which labels atoms, grows trees by all labelled
// moves and leaves isomorphism to RDKit's canonical SMILES.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "envs/enumeration.hpp"
#include "envs/fragment_tree.hpp"
#include "src/base/file.hpp"
#include "src/chem/assembly.hpp"
#include "src/chem/vocabulary_steering.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow::test {
namespace {

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  char buffer[4096];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) output += buffer;
  return pclose(pipe) == 0 ? output : "";
}

std::map<std::string, std::int64_t> trees_of_molecules(const FragmentTree& tree,
                                                       const StateGraph& graph) {
  const Assembler assembler(tree.vocabulary());
  std::map<std::string, std::int64_t> trees;
  for (const State& state : graph.terminals()) {
    std::vector<FragmentNode> nodes;
    for (int v = 0; v < state.num_nodes; ++v) {
      const Node& node = state.nodes[v];
      nodes.push_back({node.label, node.parent, node.parent_site, node.site});
    }
    ++trees[assembler.smiles(nodes)];
  }
  return trees;
}

struct Case {
  std::string name;
  std::string vocabulary;
  int max_fragments, min_fragments;
  std::string scaffold = "";
  int max_heavy_atoms = 0;
};

class CountStates : public testing::TestWithParam<Case> {};

TEST_P(CountStates, AgreesWithTheScript) {
  const std::string python = "/usr/bin/python3 ";
  if (output_of(python + "-c 'import rdkit; print(1)' 2>/dev/null").empty()) {
    GTEST_SKIP() << "needs RDKit for Python (python3-rdkit)";
  }
  const Case& row = GetParam();
  Vocabulary vocabulary = make_vocabulary(row.vocabulary.c_str());
  int start = -1;
  std::string options = " --max-fragments " + std::to_string(row.max_fragments) +
                        " --min-fragments " + std::to_string(row.min_fragments);
  if (!row.scaffold.empty()) {
    vocabulary = with_start(vocabulary, row.scaffold);
    start = vocabulary.size() - 1;
    options += " --start " + std::to_string(start);
  }
  if (row.max_heavy_atoms > 0) {
    options += " --max-heavy-atoms " + std::to_string(row.max_heavy_atoms);
  }
  const std::string path = testing::TempDir() + "count_states_" + row.name + ".json";
  write_file_atomically(path, vocabulary.to_json());
  const std::string output =
      output_of(python + FRAGFLOW_SOURCE_DIR "/scripts/count_states.py " + path + options);
  ASSERT_NE(output, "");
  const auto expected = nlohmann::json::parse(output);
  const FragmentTree tree(std::move(vocabulary),
                          {.max_fragments = row.max_fragments,
                           .min_fragments = row.min_fragments,
                           .max_heavy_atoms = row.max_heavy_atoms},
                          start);
  const StateGraph graph = enumerate(tree, 1000000);
  // Without the empty tree.
  EXPECT_EQ(graph.num_internal - (start < 0 ? 1 : 0), expected["states"]);
  EXPECT_EQ(graph.num_terminals(), expected["terminals"]);
  const auto trees = trees_of_molecules(tree, graph);
  EXPECT_EQ(static_cast<std::int64_t>(trees.size()), expected["molecules"]);
  std::int64_t most = 0;
  for (const auto& [smiles, count] : trees) most = std::max(most, count);
  EXPECT_EQ(most, expected["max_trees_per_molecule"]);
}

INSTANTIATE_TEST_SUITE_P(Spaces, CountStates,
                         testing::Values(Case{"rings", kRings, 3, 1}, Case{"atoms", kAtoms, 5, 1},
                                         Case{"unmerged", kAtomsUnmerged, 3, 1},
                                         Case{"mixed", kMixed, 3, 2}, Case{"typed", kTyped, 3, 2},
                                         Case{"ambiguous", kAmbiguous, 4, 1},
                                         Case{"rings_of_14", kRings, 4, 1, "", 14},
                                         Case{"typed_of_9", kTyped, 4, 2, "", 9},
                                         Case{"from_toluene", kRings, 3, 1, "Cc1ccccc1"},
                                         Case{"from_equal", kRings, 3, 1, "c1ccccc1"},
                                         Case{"from_pyrrole", kTyped, 3, 1, "[*]n1ccc([*:2])c1"},
                                         Case{"from_of_12", kTyped, 4, 2, "[*]C([*])C", 12}),
                         [](const auto& info) { return info.param.name; });

// C-C-C-O cut into pieces of one or two atoms: CC+CO; three ways with three pieces; C+C+C+O.
TEST(FragmentTree, TreesOfPropanolDependOnTheLimit) {
  for (const auto& [max_fragments, expected] : {std::pair{2, 1}, {3, 4}, {4, 5}}) {
    const FragmentTree tree(make_vocabulary(kAmbiguous), {.max_fragments = max_fragments});
    const StateGraph graph = enumerate(tree, 100000);
    EXPECT_EQ(trees_of_molecules(tree, graph)["CCCO"], expected) << max_fragments;
  }
}

}  // namespace
}  // namespace fragflow::test
