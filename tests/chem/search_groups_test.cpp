#include "src/chem/search_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "src/chem/alerts.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> names_in(const std::string& smiles) {
  std::vector<std::string> names;
  const std::vector<std::string> one = {standardise(smiles).smiles};
  for (const FoundGroup& group : find_groups(one)) names.push_back(group.name);
  return names;
}

TEST(SearchGroups, AllCanBeReadAndHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const SearchGroup& group : search_groups()) {
    EXPECT_NO_THROW(SmartsPattern(group.smarts)) << group.name;
    EXPECT_TRUE(names.insert(group.name).second) << group.name;
  }
  EXPECT_GE(names.size(), 150u);
}

// As a chemist names what these molecules have.
TEST(SearchGroups, OfKnownDrugs) {
  EXPECT_THAT(names_in("CC(=O)Oc1ccccc1C(=O)O"),  // aspirin
              ElementsAre("carboxylic acid", "ester", "benzene"));
  EXPECT_THAT(names_in("CC(=O)Nc1ccc(O)cc1"),  // paracetamol
              ElementsAre("phenol", "amide", "secondary amide", "anilide", "benzene"));
  EXPECT_THAT(
      names_in("CN1CCCC1c1cccnc1"),  // nicotine
      ElementsAre("aliphatic amine", "tertiary aliphatic amine", "pyrrolidine", "pyridine"));
  EXPECT_THAT(names_in("Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1"),  // sulfamethoxazole
              IsSupersetOf({"primary aromatic amine", "aryl sulfonamide (S on the ring)",
                            "secondary sulfonamide", "isoxazole"}));
  EXPECT_THAT(names_in("CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O"),  // penicillin G
              IsSupersetOf({"beta-lactam", "carboxylic acid", "secondary amide", "thioether"}));
  EXPECT_THAT(names_in("FC(F)(F)Oc1ccc2nc(N)sc2c1"),  // riluzole
              IsSupersetOf({"trifluoromethoxy", "benzothiazole", "primary aromatic amine"}));
  EXPECT_THAT(names_in("CCCC(C)=O"), ElementsAre("ketone"));
}

TEST(SearchGroups, RingSystemsAreWholeAndCounted) {
  const std::vector<std::string> molecules = {
      standardise("c1ccc2[nH]ccc2c1").smiles,   // indole: one system of two rings
      standardise("CC1CC12CC2").smiles,         // spiro: rings that share one atom
      standardise("c1ccccc1-c1ccccc1").smiles,  // twice the same ring
      standardise("Cc1ccccc1").smiles, "CCO"};
  const std::vector<FoundGroup> systems = find_ring_systems(molecules);
  ASSERT_EQ(systems.size(), 3u);
  EXPECT_EQ(systems[0].name, "c1ccccc1");  // commonest first
  EXPECT_THAT(systems[0].molecules, ElementsAre(2, 3));
  std::vector<std::string> names = {systems[1].name, systems[2].name};
  EXPECT_THAT(names, testing::UnorderedElementsAre("C1CC12CC2", "c1ccc2[nH]ccc2c1"));
}

}  // namespace
}  // namespace fragflow
