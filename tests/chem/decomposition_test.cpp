#include "src/chem/decomposition.hpp"

#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "src/base/rng.hpp"
#include "src/chem/standardise.hpp"
#include "tests/chem/tree_code.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

using Tree = std::vector<FragmentNode>;

std::string canonical(const char* smiles) { return canonical_smiles(*parse_smiles(smiles)); }

std::set<std::string> codes(const Vocabulary& vocabulary, const std::vector<Tree>& trees) {
  std::set<std::string> result;
  for (const Tree& tree : trees) result.insert(tree_code(vocabulary, tree));
  return result;
}

// Free (node, site) pairs, once for each site with room.
std::vector<std::pair<int, int>> free_sites(const Vocabulary& vocabulary, const Tree& tree) {
  std::map<std::pair<int, int>, int> used;
  for (int i = 1; i < static_cast<int>(tree.size()); ++i) {
    ++used[{i, tree[i].site}];
    ++used[{tree[i].parent, tree[i].parent_site}];
  }
  std::vector<std::pair<int, int>> free;
  for (int i = 0; i < static_cast<int>(tree.size()); ++i) {
    const auto& sites = vocabulary.fragment(tree[i].fragment).sites;
    for (int s = 0; s < static_cast<int>(sites.size()); ++s) {
      if (used[{i, s}] < sites[s].capacity) free.emplace_back(i, s);
    }
  }
  return free;
}

// All trees of at most max_fragments fragments, by growing; molecule -> codes of its trees.
std::map<std::string, std::set<std::string>> all_trees(const Vocabulary& vocabulary,
                                                       std::size_t max_fragments) {
  const Assembler assembler(vocabulary);
  std::map<std::string, Tree> level;
  for (int f = 0; f < vocabulary.size(); ++f) {
    const Tree tree = {{f, -1, 0, 0}};
    level[tree_code(vocabulary, tree)] = tree;
  }
  std::map<std::string, std::set<std::string>> result;
  for (std::size_t size = 1; size <= max_fragments; ++size) {
    std::map<std::string, Tree> next;
    for (const auto& [code, tree] : level) {
      result[assembler.smiles(tree)].insert(code);
      for (const auto& [node, site] : free_sites(vocabulary, tree)) {
        for (const Block& block : vocabulary.blocks()) {
          Tree grown = tree;
          grown.push_back({block.fragment, node, site, block.site});
          next.emplace(tree_code(vocabulary, grown), grown);
        }
      }
    }
    level = std::move(next);
  }
  return result;
}

void expect_all_trees_found(const Vocabulary& vocabulary, int max_fragments) {
  const Decomposer decomposer(vocabulary);
  const Assembler assembler(vocabulary);
  const auto expected = all_trees(vocabulary, static_cast<std::size_t>(max_fragments));
  ASSERT_GT(expected.size(), 10u);
  for (const auto& [smiles, trees] : expected) {
    const auto found = decomposer.decompose(smiles, {.max_fragments = max_fragments});
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(codes(vocabulary, found.trees), trees) << smiles;
    for (const Tree& tree : found.trees) EXPECT_EQ(assembler.smiles(tree), smiles);
  }
}

TEST(Decomposer, PropanolHasOneFourFiveTrees) {
  // CCCO from C, CC, CO, O with at most 2, 3, 4 fragments: CC-CO; then C-C-CO, CC-C-O, C-CC-O;
  // then C-C-C-O.
  const auto vocabulary =
      Vocabulary::parse(R"([["C", [0, 0]], ["CC", [0, 1]], ["CO", [0]], ["O", [0]]])", "test");
  const Decomposer decomposer(vocabulary);
  for (const auto& [limit, expected] : {std::pair{2, 1u}, {3, 4u}, {4, 5u}, {16, 5u}}) {
    const auto found = decomposer.decompose("CCCO", {.max_fragments = limit});
    EXPECT_EQ(codes(vocabulary, found.trees).size(), expected) << limit;
    EXPECT_TRUE(found.complete);
  }
}

TEST(Decomposer, ListsSymmetricSitesOnce) {
  // The six slots of benzene are one under its automorphisms.
  const auto vocabulary = Vocabulary::parse(R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]]])", "test");
  EXPECT_EQ(Decomposer(vocabulary).decompose(canonical("Cc1ccccc1")).trees.size(), 1u);
}

TEST(Decomposer, FindsEveryTreeOfTheSymmetricExample) {
  // 417 molecules, one tree each.
  const auto vocabulary = Vocabulary::parse(
      R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]], ["CO", [0, 1]], ["C1CCOCC1", [0,1,2,4,5]]])",
      "test");
  EXPECT_EQ(all_trees(vocabulary, 3).size(), 417u);
  expect_all_trees_found(vocabulary, 3);
}

TEST(Decomposer, FindsEveryTreeOfAnAmbiguousVocabulary) {
  // Chains, rings with and without substituents, two slots on one atom, slots that break symmetry.
  expect_all_trees_found(
      Vocabulary::parse(R"([["C", [0, 0, 0]], ["CC", [0, 1, 1]], ["CO", [0, 1]], ["N", [0, 0, 0]],
                            ["c1ccccc1", [0, 1, 3]], ["Cc1ccccc1", [0, 4]], ["CN", [0, 1, 1]],
                            ["CNC", [1]], ["Oc1ccccc1", [0]]])",
                        "test"),
      3);
}

TEST(Decomposer, FindsTreesOfFragmentsThatLeaveOutHydrogens) {
  const auto vocabulary = Vocabulary::parse(
      R"([["C", [0]], ["O=S=O", [1, 1]], ["O=PO", [1, 2]], ["N", [0, 0]]])", "test");
  expect_all_trees_found(vocabulary, 3);
  // Without a join the fragment is sulfur dioxide, not sulfonyl hydride.
  const Decomposer decomposer(vocabulary);
  EXPECT_EQ(decomposer.decompose("O=S=O").trees.size(), 1u);
  EXPECT_TRUE(decomposer.decompose("O=[SH2]=O").trees.empty());
}

TEST(Decomposer, RespectsTypesAndPatterns) {
  const auto vocabulary = Vocabulary::parse(R"({"joins": [["A", "B"]], "fragments": [
    {"smiles": "C", "slots": [{"atom": 0, "types": ["A"]}]},
    {"smiles": "O", "slots": [{"atom": 0, "types": ["B"]}, {"atom": 0, "types": ["B"]}],
     "patterns": [[[0, "B"]]]}]})",
                                            "test");
  const Decomposer decomposer(vocabulary);
  EXPECT_EQ(decomposer.decompose("CO").trees.size(), 1u);
  EXPECT_THAT(decomposer.decompose("CC").reason,
              HasSubstr("not with the slots, types or patterns"));
  EXPECT_TRUE(decomposer.decompose("COC").trees.empty());  // only one join was seen
}

TEST(Decomposer, SaysWhyItFails) {
  const auto vocabulary =
      Vocabulary::parse(R"([["C", [0, 0]], ["c1ccccc1", [0, 2]], ["O", [0, 0]]])", "test");
  const Decomposer decomposer(vocabulary);
  EXPECT_THAT(decomposer.decompose("CCc1ccncc1").reason, HasSubstr("its part c1ccncc1"));
  EXPECT_THAT(decomposer.decompose("CCCCO", {.max_fragments = 4}).reason,
              HasSubstr("needs at least 5 fragments; at most 4"));
  // para: slots 0 and 2 are meta.
  EXPECT_THAT(decomposer.decompose(canonical("Cc1ccc(C)cc1")).reason, HasSubstr("slots"));
  EXPECT_THAT(decomposer.decompose("C.C").reason, HasSubstr("connected"));
  EXPECT_FALSE(decomposer.decompose("C1C").reason.empty());
}

TEST(Decomposer, StopsAtItsLimits) {
  const auto vocabulary =
      Vocabulary::parse(R"([["C", [0, 0]], ["CC", [0, 1]], ["CCC", [0, 2]]])", "test");
  const Decomposer decomposer(vocabulary);
  const std::string chain(16, 'C');
  const auto few = decomposer.decompose(chain, {.max_trees = 7});
  EXPECT_EQ(few.trees.size(), 7u);
  EXPECT_FALSE(few.complete);
  EXPECT_THAT(few.reason, HasSubstr("limit of 7 trees"));
  const auto stopped = decomposer.decompose(chain, {.max_steps = 5});
  EXPECT_FALSE(stopped.complete);
  EXPECT_THAT(stopped.reason, HasSubstr("limit of 5 steps"));
}

TEST(Decomposer, FindsTheTreeAMoleculeWasBuiltFrom) {
  const auto vocabulary =
      Vocabulary::load(std::filesystem::path(FRAGFLOW_SOURCE_DIR) / "data/vocabulary.json");
  // Patterns are the environment's to respect: without them any tree is fair.
  const Assembler assembler(vocabulary);
  const Decomposer decomposer(vocabulary);
  int compared = 0;
  for (int t = 0; t < 300; ++t) {
    Rng rng(7, t);
    const Block& first = vocabulary.blocks()[rng.below(vocabulary.blocks().size())];
    Tree tree = {{first.fragment, -1, 0, 0}};
    // A chain of at most one join below each fragment and one above: patterns of one use always
    // fit; of two often.
    for (int node = 0; node < 3; ++node) {
      const auto free = free_sites(vocabulary, tree);
      const auto [at, site] = free[rng.below(free.size())];
      const Block& block = vocabulary.blocks()[rng.below(vocabulary.blocks().size())];
      const auto types = vocabulary.fragment(tree[at].fragment).sites[site].types;
      if (!vocabulary.can_join(types,
                               vocabulary.fragment(block.fragment).sites[block.site].types)) {
        continue;
      }
      tree.push_back({block.fragment, at, site, block.site});
      if (free_sites(vocabulary, tree).empty()) break;
    }
    const std::string smiles = assembler.smiles(tree);
    ASSERT_FALSE(smiles.empty());
    const auto found = decomposer.decompose(smiles);
    for (const Tree& other : found.trees) EXPECT_EQ(assembler.smiles(other), smiles);
    const auto found_codes = codes(vocabulary, found.trees);
    if (tree.size() <= 2) {
      EXPECT_EQ(found_codes.count(tree_code(vocabulary, tree)), 1u) << smiles;
    }
    compared += static_cast<int>(found_codes.count(tree_code(vocabulary, tree)));
  }
  EXPECT_GT(compared, 100);
}

}  // namespace
}  // namespace fragflow
