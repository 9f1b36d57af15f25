#include "src/chem/vocabulary_steering.hpp"

#include <gmock/gmock.h>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Methyl, methanol and piperidine; types as BRICS numbers them.
const char* kTyped = R"({"fragments": [
  {"smiles": "C", "slots": [{"atom": 0, "types": ["L8"]}]},
  {"smiles": "CO", "slots": [{"atom": 0, "types": ["L4"]}, {"atom": 1, "types": ["L3"]}]},
  {"smiles": "C1CCNCC1", "slots": [{"atom": 3, "types": ["L5"]}]}],
  "joins": [["L3", "L4"], ["L5", "L4"], ["L8", "L16"]]})";
const char* kPlain = R"([["C", [0]], ["c1ccccc1", [0, 3]], ["C1CCNCC1", [3]]])";

Vocabulary plain() { return Vocabulary::parse(kPlain, "test"); }
Vocabulary typed() { return Vocabulary::parse(kTyped, "test"); }

// The start of the extended vocabulary, which otherwise stays as it is.
Fragment start_of(const Vocabulary& vocabulary, const std::string& smiles) {
  const Vocabulary extended = with_start(vocabulary, smiles);
  EXPECT_EQ(extended.size(), vocabulary.size() + 1);
  for (int f = 0; f < vocabulary.size(); ++f) {
    EXPECT_EQ(extended.fragment(f).smiles, vocabulary.fragment(f).smiles);
    EXPECT_EQ(extended.fragment(f).automorphisms, vocabulary.fragment(f).automorphisms);
  }
  EXPECT_EQ(extended.joins(), vocabulary.joins());
  return extended.fragment(extended.size() - 1);
}

std::string error_of(const Vocabulary& vocabulary, const std::string& smiles) {
  try {
    with_start(vocabulary, smiles);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Scaffold, MarkedAtomsAreSlots) {
  const Fragment fragment = start_of(plain(), "[*]c1ccc([*:2])cc1");
  EXPECT_EQ(fragment.canonical, "c1ccccc1");
  ASSERT_EQ(fragment.sites.size(), 2u);
  EXPECT_EQ(fragment.sites[1].atom - fragment.sites[0].atom, 3);  // opposite each other
  EXPECT_EQ(fragment.automorphisms.size(), 2u);
  for (const Site& site : fragment.sites) {
    EXPECT_EQ(site.types, kUntyped);
    EXPECT_EQ(site.capacity, 1);
    EXPECT_FALSE(site.must_fill);
  }
}

TEST(Scaffold, TwoMarksOnOneAtomAreTwoSlots) {
  const Fragment fragment = start_of(plain(), "[*]C([*])C");
  EXPECT_EQ(fragment.canonical, "CC");
  ASSERT_EQ(fragment.sites.size(), 1u);
  EXPECT_EQ(fragment.sites[0].capacity, 2);
}

TEST(Scaffold, AromaticNitrogenGetsItsHydrogen) {
  const Fragment fragment = start_of(plain(), "[*]n1cccc1");
  EXPECT_EQ(fragment.canonical, "c1cc[nH]c1");
  ASSERT_EQ(fragment.sites.size(), 1u);
  EXPECT_EQ(fragment.smiles.substr(fragment.smiles.find('['), 4), "[nH]");
  EXPECT_EQ(fragment.sites[0].atom, 3);
}

TEST(Scaffold, NumbersAreSlotTypes) {
  const Vocabulary vocabulary = with_start(typed(), "[16*]c1ccc([*])cc1");
  const Fragment& fragment = vocabulary.fragment(3);
  ASSERT_EQ(fragment.sites.size(), 2u);
  std::vector<std::string> names;
  for (const Site& site : fragment.sites) {
    for (int t = 0; t < vocabulary.num_types(); ++t) {
      if (site.types >> t & 1) names.push_back(vocabulary.type_name(t));
    }
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre("", "L16"));
  EXPECT_EQ(fragment.automorphisms.size(), 1u);
  EXPECT_EQ(start_of(plain(), "[16*]C").sites[0].types, kUntyped);  // a vocabulary without types
}

TEST(Scaffold, WithoutMarksEveryAtomWithAHydrogenIsASlot) {
  // Toluene: the methyl and five ring atoms, one slot each; the carbon that carries the methyl has
  // no hydrogen.
  const Fragment fragment = start_of(plain(), "Cc1ccccc1");
  EXPECT_EQ(fragment.sites.size(), 6u);
  for (const Site& site : fragment.sites) EXPECT_EQ(site.capacity, 1);
  EXPECT_EQ(fragment.automorphisms.size(), 2u);
}

TEST(Scaffold, MayEqualAFragmentAndLosesStereoAndAtomNumbers) {
  EXPECT_EQ(start_of(plain(), "c1c([*])ccc([*])c1").canonical, "c1ccccc1");
  EXPECT_EQ(start_of(plain(), "C[C@H](O)[*]").canonical, "CCO");
  EXPECT_EQ(start_of(plain(), "[CH3:4][CH2:5][*]").canonical, "CC");
}

TEST(Scaffold, FaultsAreNamed) {
  EXPECT_THAT(error_of(plain(), "c1ccc"), HasSubstr("environment.start 'c1ccc': not a molecule"));
  EXPECT_THAT(error_of(plain(), "C.C"), HasSubstr("one connected molecule"));
  EXPECT_THAT(error_of(plain(), "C=[*]"), HasSubstr("end of one single bond"));
  EXPECT_THAT(error_of(plain(), "C[*]C"), HasSubstr("end of one single bond"));
  EXPECT_THAT(error_of(plain(), "[*][*]"), HasSubstr("end of one single bond"));
  EXPECT_THAT(error_of(plain(), "FC(F)(F)F"), HasSubstr("no atom that may grow"));
  EXPECT_THAT(error_of(plain(), std::string(17, 'C')), HasSubstr("17 atoms may grow"));
  EXPECT_THAT(error_of(typed(), "[7*]C"), HasSubstr("slot type L7, which the vocabulary does not "
                                                    "have; it has: L3, L4, L5, L8, L16"));
}

TEST(Scaffold, FragmentsThatHoldAPattern) {
  const auto matching = [](const std::vector<std::string>& smarts) {
    return matching_fragments(plain(), smarts);
  };
  EXPECT_THAT(matching({"[#7]"}), ElementsAre("C1CCNCC1"));
  EXPECT_THAT(matching({"[R]", "c"}), ElementsAre("c1ccccc1", "C1CCNCC1"));
  EXPECT_THAT(matching({"Cl"}), IsEmpty());
  EXPECT_THROW(matching({"c1cc"}), UserError);
}

}  // namespace
}  // namespace fragflow
