#include "src/chem/vocabulary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "src/base/check.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Vocabulary parse(const std::string& text) { return Vocabulary::parse(text, "test.json"); }

std::string error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Vocabulary, DesignExampleHasSevenBlocks) {
  // benzene: 1 orbit; C: 1; CO: 2 (its C, its O); tetrahydropyran: 3 (alpha, beta, gamma without
  // its slot: atoms 0 and 4 are beta and alpha; 1 and 5 ...): by symmetry C4/C2 pair up.
  const auto vocabulary = parse(
      R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]], ["CO", [0, 1]], ["C1CCOCC1", [0,1,2,4,5]]])");
  EXPECT_EQ(vocabulary.blocks().size(), 7u);
  EXPECT_EQ(vocabulary.fragment(0).automorphisms.size(), 12u);  // the dihedral group of a hexagon
  // C1CCOCC1: 0 is opposite the oxygen, {1, 5} beta, {2, 4} alpha.
  EXPECT_THAT(vocabulary.fragment(3).site_orbit, ElementsAre(0, 1, 2, 2, 1));
  EXPECT_EQ(vocabulary.fragment(3).automorphisms.size(), 2u);
  EXPECT_EQ(vocabulary.block_of(3, 4), vocabulary.block_of(3, 1));
}

TEST(Vocabulary, EthaneWithSixSlotsHasTwoSitesOfCapacityThree) {
  const auto vocabulary = parse(R"([["CC", [0,1,0,1,0,1]]])");
  const Fragment& ethane = vocabulary.fragment(0);
  ASSERT_EQ(ethane.sites.size(), 2u);
  EXPECT_EQ(ethane.sites[0].capacity, 3);
  EXPECT_EQ(ethane.sites[1].capacity, 3);
  EXPECT_THAT(ethane.automorphisms, ElementsAre(ElementsAre(0, 1), ElementsAre(1, 0)));
}

TEST(Vocabulary, SlotsBreakTheSymmetryOfBenzene) {
  // Slots 0, 1, 3 (1,2,4-substitution): only the identity keeps them.
  const auto vocabulary = parse(R"([["c1ccccc1", [0, 1, 3]]])");
  EXPECT_EQ(vocabulary.fragment(0).automorphisms.size(), 1u);
  EXPECT_EQ(vocabulary.blocks().size(), 3u);
}

TEST(Vocabulary, TypesAndMustFillBreakTheSymmetryToo) {
  const auto vocabulary = parse(R"({"fragments": [
    {"smiles": "CC", "slots": [{"atom": 0, "types": ["A"]}, {"atom": 1, "types": ["B"]}]},
    {"smiles": "CC", "slots": [{"atom": 0, "types": ["A"]},
                               {"atom": 1, "types": ["A"], "must_fill": true}]}],
    "joins": [["A", "B"]]})");
  EXPECT_EQ(vocabulary.fragment(0).automorphisms.size(), 1u);
  EXPECT_EQ(vocabulary.fragment(1).automorphisms.size(), 1u);
  EXPECT_TRUE(vocabulary.fragment(1).sites[1].must_fill);
}

TEST(Vocabulary, TypesJoinOnlyTheirPartnersAndUntypedSlotsJoinAll) {
  const auto vocabulary = parse(R"({"fragments": [
    {"smiles": "C", "slots": [{"atom": 0, "types": ["L4", "L8"]}]},
    {"smiles": "O", "slots": [{"atom": 0, "types": ["L3"]}]},
    {"smiles": "N", "slots": [0]}],
    "joins": [["L3", "L4"], ["L10", "L8"]]})");
  ASSERT_EQ(vocabulary.num_types(), 5);  // "" and, numbers as numbers, L3, L4, L8, L10
  EXPECT_EQ(vocabulary.type_name(1), "L3");
  EXPECT_EQ(vocabulary.type_name(4), "L10");
  const TypeMask carbon = vocabulary.fragment(0).sites[0].types;
  const TypeMask oxygen = vocabulary.fragment(1).sites[0].types;
  EXPECT_EQ(carbon, 0b01100u);
  EXPECT_EQ(oxygen, 0b00010u);
  EXPECT_TRUE(vocabulary.can_join(carbon, oxygen));
  EXPECT_TRUE(vocabulary.can_join(oxygen, carbon));
  EXPECT_FALSE(vocabulary.can_join(carbon, carbon));
  EXPECT_FALSE(vocabulary.can_join(oxygen, oxygen));
  EXPECT_TRUE(vocabulary.can_join(kUntyped, oxygen));
  EXPECT_TRUE(vocabulary.can_join(oxygen, kUntyped));
  EXPECT_TRUE(vocabulary.can_join(kUntyped, kUntyped));
}

TEST(Vocabulary, PatternsAreClosedUnderAutomorphismsAndMaximal) {
  // Pyridine-like symmetry of piperazine N1CCNCC1: slots on both nitrogens (0 and 3) are swapped.
  const auto vocabulary = parse(R"({"fragments": [
    {"smiles": "C1CNCCN1",
     "slots": [{"atom": 2, "types": ["A", "B"]}, {"atom": 5, "types": ["A", "B"]}],
     "patterns": [[[2, "A"], [5, "B"]], [[2, "A"]]]}],
    "joins": [["A", "A"], ["A", "B"]]})");
  const Fragment& piperazine = vocabulary.fragment(0);
  // [A at 0] alone is contained in a longer pattern; the mirror image is added.
  EXPECT_THAT(piperazine.patterns, ElementsAre(ElementsAre(PatternUse{0, 1}, PatternUse{1, 2}),
                                               ElementsAre(PatternUse{0, 2}, PatternUse{1, 1})));
  EXPECT_TRUE(vocabulary.has_patterns());
}

TEST(Vocabulary, WritingAndReadingGivesTheSame) {
  const auto vocabulary = parse(R"({"fragments": [
    {"smiles": "C1CNCCN1", "count": 7,
     "slots": [{"atom": 2, "types": ["A", "B"]}, {"atom": 5, "types": ["A", "B"]}],
     "patterns": [[[2, "A"], [5, "B"]]]},
    {"smiles": "CC", "slots": [0, 0, {"atom": 1, "must_fill": true}], "patterns": [[0, 0]]}],
    "joins": [["A", "B"]]})");
  const std::string text = vocabulary.to_json();
  const auto again = parse(text);
  EXPECT_EQ(again.to_json(), text);
  ASSERT_EQ(again.size(), 2);
  EXPECT_EQ(again.fragment(0).patterns, vocabulary.fragment(0).patterns);
  EXPECT_EQ(again.fragment(0).count, 7);
  EXPECT_EQ(again.fragment(1).sites[0].capacity, 2);
  EXPECT_TRUE(again.fragment(1).sites[1].must_fill);
  EXPECT_EQ(again.blocks().size(), vocabulary.blocks().size());
}

TEST(Vocabulary, ErrorsNameFileEntryAndReason) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([["C", [0]], ["C1CC", [0]]])", "test.json: fragment 1 (C1CC): not a molecule"},
      {R"([["CO", [2]]])", "test.json: fragment 0 (CO): slot on atom 2 is out of range"},
      {R"([["CO", [1, 1]]])", "no hydrogen left for a slot: atom 1 (O) has 2 slots and 1"},
      {R"([["c1ccccc1", [0, 0]]])", "no hydrogen left"},
      {R"([["CSC", [1]]])", "no hydrogen left"},
      {R"([["CO", [0]], ["OC", [1]]])", "duplicate of fragment 0 (CO)"},
      {R"({"fragments": [{"smiles": "C", "slots": [{"atom": 0, "types": ["L9"]}]}],
           "joins": [["L1", "L5"]]})",
       "unknown slot type \"L9\": no pair of \"joins\" names it (known: L1, L5)"},
      {R"([["C.C", [0]]])", "one connected molecule"},
      {R"([["*C", [1]]])", "dummy"},
      {R"([])", "no fragments"},
      {"", "empty"},
      {R"({"fragments": [)", "not JSON"},
      {R"({"fragment": []})", "expected {\"fragments\""},
      {R"([{"smiles": "C", "slot": [0]}])", "unknown key \"slot\"; did you mean"},
      {R"([["C", [-1]]])", "must be an index"},
      {R"({"fragments": [{"smiles": "C", "slots": [0], "patterns": [[[0, "L1"]]]}]})",
       "a pattern uses atom 0 with type \"L1\""},
      {R"({"fragments": [{"smiles": "C", "slots": [0], "patterns": [[0, 0]]}]})", "a pattern uses"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_THAT(error_of(text), HasSubstr(expected)) << text;
}

TEST(Vocabulary, HydrogensAreCountedOverAllSitesOfAnAtom) {
  // Methane has four hydrogens; two sites of different types of capacity 2 are possible, 2 + 3 not.
  const std::string two_and = R"({"joins": [["A", "B"]], "fragments": [{"smiles": "C", "slots": [
    {"atom": 0, "types": ["A"]}, {"atom": 0, "types": ["A"]},
    {"atom": 0, "types": ["B"]}, {"atom": 0, "types": ["B"]})";
  EXPECT_EQ(error_of(two_and + "]}]}"), "no error");
  EXPECT_THAT(error_of(two_and + R"(, {"atom": 0, "types": ["B"]}]}]})"),
              HasSubstr("5 slots and 4 hydrogens"));
}

TEST(Vocabulary, ChargesAndWrittenHydrogensTakeSlots) {
  EXPECT_EQ(error_of(R"([["[NH3+]C", [0, 0, 0]], ["c1cc[nH+]cc1", [3]], ["c1cc[nH]c1", [3]]])"),
            "no error");
  EXPECT_THAT(error_of(R"([["c1ccncc1", [3]]])"), HasSubstr("0 hydrogens"));
}

TEST(Vocabulary, IsolatedFragmentsAreListed) {
  const auto vocabulary = parse(R"({"joins": [["A", "B"]], "fragments": [
    {"smiles": "C", "slots": [{"atom": 0, "types": ["A"]}]}, {"smiles": "O", "slots": []}]})");
  EXPECT_THAT(vocabulary.isolated_fragments(), ElementsAre(0, 1));
}

std::filesystem::path reference_file(const char* name) {
  return std::filesystem::path(FRAGFLOW_SOURCE_DIR) / "../shared/bengio2021" / name;
}

TEST(Vocabulary, ReferenceVocabularyOf72FragmentsLoads) {
  const auto path = reference_file("fragments_72.json");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the 72 fragments are not here";
  const auto vocabulary = Vocabulary::load(path);
  EXPECT_EQ(vocabulary.size(), 72);
  int slots = 0;
  for (const Fragment& fragment : vocabulary.fragments()) {
    for (const Site& site : fragment.sites) slots += site.capacity;
  }
  EXPECT_EQ(slots, 127);
  EXPECT_TRUE(vocabulary.isolated_fragments().empty());
}

TEST(Vocabulary, ReferenceVocabularyOf18FragmentsLoads) {
  const auto path = reference_file("fragments_18.json");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the 18 fragments are not here";
  const auto vocabulary = Vocabulary::load(path);
  EXPECT_EQ(vocabulary.size(), 18);
  // Hydrogen sulfide with slots 0, 0: one site of capacity two.
  EXPECT_EQ(vocabulary.fragment(2).sites.size(), 1u);
  EXPECT_EQ(vocabulary.fragment(2).sites[0].capacity, 2);
}

TEST(Vocabulary, MergingKeepsTheFirstOfOneMolecule) {
  // Methanol is written in two ways; the pair A-B in two orders.
  const VocabularySpec first = parse_vocabulary_json(
      R"({"fragments": [{"smiles": "CO", "slots": [{"atom": 0, "types": ["A"]}]},
                        {"smiles": "CC", "slots": [{"atom": 0, "types": ["B"]}]}],
          "joins": [["A", "B"]]})",
      "first");
  const VocabularySpec second = parse_vocabulary_json(
      R"({"fragments": [{"smiles": "OC", "slots": [{"atom": 1, "types": ["B"]}]},
                        {"smiles": "CN", "slots": [{"atom": 0, "types": ["C"]}]}],
          "joins": [["B", "A"], ["A", "C"]]})",
      "second");
  const VocabularySpec merged = merge_vocabularies(first, second);
  std::vector<std::string> smiles;
  for (const FragmentSpec& fragment : merged.fragments) smiles.push_back(fragment.smiles);
  EXPECT_THAT(smiles, ElementsAre("CO", "CC", "CN"));
  EXPECT_EQ(merged.fragments[0].slots[0].types, std::vector<std::string>{"A"});
  using Join = std::pair<std::string, std::string>;
  EXPECT_THAT(merged.joins, ElementsAre(Join("A", "B"), Join("A", "C")));
  EXPECT_EQ(Vocabulary::from_spec(merged, "merged").size(), 3);
}

TEST(Vocabulary, DeepNestingIsRefused) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_THAT(error_of("[" + deep + "]"), HasSubstr("nested deeper than 100"));
}

TEST(Vocabulary, LongSmilesAreRefusedBeforeParsing) {
  EXPECT_THAT(error_of("[[\"" + std::string(1001, 'C') + "\", [0]]]"),
              HasSubstr("1001 characters"));
}

}  // namespace
}  // namespace fragflow
