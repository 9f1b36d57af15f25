#include "src/chem/assembly.hpp"

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "src/base/data_path.hpp"
#include "src/base/rng.hpp"
#include "src/chem/standardise.hpp"
#include "tests/chem/same_molecule.hpp"

namespace fragflow {
namespace {

std::string canonical(const char* smiles) { return canonical_smiles(*parse_smiles(smiles)); }

std::string assemble(const std::string& vocabulary, const std::vector<FragmentNode>& nodes) {
  return Assembler(Vocabulary::parse(vocabulary, "test")).smiles(nodes);
}

TEST(Assembler, JoinsBySingleBonds) {
  const std::string vocabulary = R"([["c1ccccc1", [0, 3]], ["CO", [0, 1]], ["C(=O)N", [0, 2]]])";
  EXPECT_EQ(assemble(vocabulary, {{0, -1, 0, 0}}), "c1ccccc1");
  EXPECT_EQ(assemble(vocabulary, {{0, -1, 0, 0}, {1, 0, 0, 1}}), canonical("c1ccccc1OC"));
  EXPECT_EQ(assemble(vocabulary, {{0, -1, 0, 0}, {1, 0, 0, 1}, {2, 0, 1, 0}, {1, 2, 1, 0}}),
            canonical("COc1ccc(cc1)C(=O)NCO"));
}

TEST(Assembler, JoinTakesTheWrittenHydrogen) {
  // pyrrole N, ammonium, pyridinium.
  const std::string vocabulary = R"([["c1cc[nH]c1", [3]], ["C", [0, 0, 0, 0]], ["C[NH3+]", [1, 1]],
                                     ["c1cc[nH+]cc1", [3]]])";
  EXPECT_EQ(assemble(vocabulary, {{0, -1, 0, 0}, {1, 0, 0, 0}}), canonical("Cn1cccc1"));
  EXPECT_EQ(assemble(vocabulary, {{2, -1, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}}),
            canonical("C[NH+](C)C"));
  EXPECT_EQ(assemble(vocabulary, {{1, -1, 0, 0}, {3, 0, 0, 0}}), canonical("C[n+]1ccccc1"));
}

TEST(Assembler, BadChemistryIsAValueWithAReason) {
  // The site has room for one join only: the third bond breaks oxygen's valence.
  const auto vocabulary = Vocabulary::parse(R"([["CO", [1]], ["F", [0]]])", "test");
  std::string reason;
  const std::vector<FragmentNode> nodes = {{0, -1, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}};
  EXPECT_EQ(Assembler(vocabulary).smiles(nodes, &reason), "");
  EXPECT_NE(reason.find("valence"), std::string::npos) << reason;
}

TEST(Assembler, OpenSlotsFollowTheAtomsOfTheWrittenMolecule) {
  const Assembler assembler(Vocabulary::parse(R"({"fragments": [
    {"smiles": "OCC(N)C", "slots": [0, 3, 4, 4, 4]},
    {"smiles": "FC=O", "slots": [{"atom": 1, "must_fill": true}]}]})",
                                              "test"));
  // The acyl fluoride on the oxygen: three slots on the methyl and one on nitrogen stay open. The
  // SMILES begins with the methyl, the fragment with the oxygen.
  const Assembled built =
      assembler.assemble(std::vector<FragmentNode>{{0, -1, 0, 0}, {1, 0, 0, 0}});
  EXPECT_EQ(built.smiles, "CC(N)COC(=O)F");
  ASSERT_TRUE(built.molecule) << built.reason;
  EXPECT_EQ(built.open_slots.must_fill, 0);
  ASSERT_EQ(built.open_slots.of_atom.size(), built.molecule->getNumAtoms());
  for (const RDKit::Atom* atom : built.molecule->atoms()) {
    const bool methyl = atom->getAtomicNum() == 6 && atom->getDegree() == 1;
    const int expected = methyl ? 3 : atom->getAtomicNum() == 7 ? 1 : 0;
    EXPECT_EQ(built.open_slots.of_atom[atom->getIdx()], expected) << atom->getSymbol();
  }
  // Alone, the acyl hydrogen is open.
  EXPECT_EQ(assembler.assemble(std::vector<FragmentNode>{{1, -1, 0, 0}}).open_slots.must_fill, 1);
}

// A tree of at most six fragments, each joined to a random free slot.
std::vector<FragmentNode> random_tree(const Vocabulary& vocabulary, Rng& rng) {
  std::vector<FragmentNode> nodes = {{static_cast<int>(rng.below(vocabulary.size())), -1, 0, 0}};
  std::vector<std::pair<int, int>> free;  // node, site
  const auto open = [&](int node, int used_site) {
    const auto& sites = vocabulary.fragment(nodes[node].fragment).sites;
    for (int s = 0; s < static_cast<int>(sites.size()); ++s) {
      const int left = sites[s].capacity - (s == used_site ? 1 : 0);
      for (int k = 0; k < left; ++k) free.emplace_back(node, s);
    }
  };
  open(0, -1);
  while (nodes.size() < 6 && !free.empty()) {
    const auto at = free.begin() + static_cast<std::ptrdiff_t>(rng.below(free.size()));
    const auto [node, site] = *at;
    free.erase(at);
    const auto& block = vocabulary.blocks()[rng.below(vocabulary.blocks().size())];
    nodes.push_back({block.fragment, node, site, block.site});
    open(static_cast<int>(nodes.size()) - 1, block.site);
  }
  return nodes;
}

// What assemble() would write if it sanitised before it writes: RDKit's whole way.
std::string sanitised_smiles(const Assembler& assembler, const std::vector<FragmentNode>& nodes) {
  std::string text = canonical_smiles(*assembler.molecule(nodes));
  for (int trip = 0; trip < 3; ++trip) {
    const std::unique_ptr<RDKit::RWMol> parsed(RDKit::SmilesToMol(text));
    std::string again = canonical_smiles(*parsed);
    if (again == text) return text;
    text = std::move(again);
  }
  return "changes";
}

void expect_molecules(const Vocabulary& vocabulary) {
  const Assembler assembler(vocabulary);
  for (int t = 0; t < 1000; ++t) {
    Rng rng(1, t);
    const std::vector<FragmentNode> nodes = random_tree(vocabulary, rng);
    const Assembled built = assembler.assemble(nodes);
    ASSERT_TRUE(built.molecule) << built.reason;
    EXPECT_EQ(built.smiles, sanitised_smiles(assembler, nodes));
    // What is scored is what the text says.
    EXPECT_EQ(whole_molecule(*built.molecule), whole_molecule(*parse_smiles(built.smiles)))
        << built.smiles;
    EXPECT_EQ(canonical_smiles(*built.molecule), built.smiles);
  }
}

// What is known of fragments does not hold for a numbered atom, nor where a join makes a ring
// aromatic or takes its aromaticity.
TEST(Assembler, FragmentsThatAreNotReadBackAreSanitised) {
  expect_molecules(Vocabulary::parse(
      R"([["[CH3:7]C", [1]], ["O=S1C=CC=C1", [2]], ["C1=CC=CP1", [0, 4]], ["c1cc[nH]c1", [0, 3]],
          ["C1=CC=CC=CN1", [6]], ["C1CC2CCC1CC2", [0, 2]], ["O", [0, 0]]])",
      "test"));
}

TEST(Assembler, RandomTreesAreTheMoleculesThatRdkitSanitises) {
  expect_molecules(Vocabulary::load(data_path("vocabulary.json")));
}

TEST(Assembler, RandomTreesOfTheReferenceVocabularyAreMolecules) {
  const auto path =
      std::filesystem::path(FRAGFLOW_SOURCE_DIR) / "../shared/bengio2021/fragments_72.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the 72 fragments are not here";
  expect_molecules(Vocabulary::load(path));
}

}  // namespace
}  // namespace fragflow
