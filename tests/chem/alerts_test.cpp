#include "src/chem/alerts.hpp"

#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>

#include "src/base/check.hpp"
#include "src/chem/depiction.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

TEST(AlertCatalog, NamesWhatItFinds) {
  const AlertCatalog brenk({"brenk"});
  EXPECT_EQ(brenk.count(*parse_smiles("c1ccccc1")), 0);
  // Benzaldehyde.
  EXPECT_THAT(brenk.matches(*parse_smiles("O=Cc1ccccc1")), testing::ElementsAre("aldehyde"));
  EXPECT_EQ(brenk.count(*parse_smiles("O=Cc1ccccc1")), 1);
}

TEST(AlertCatalog, JoinsCatalogs) {
  // A quinone is in both catalogs.
  const auto quinone = parse_smiles("O=C1C=CC(=O)C=C1");
  const AlertCatalog brenk({"brenk"}), pains({"pains"}), both({"brenk", "pains"});
  EXPECT_GT(brenk.count(*quinone), 0);
  EXPECT_GT(pains.count(*quinone), 0);
  EXPECT_EQ(both.count(*quinone), brenk.count(*quinone) + pains.count(*quinone));
}

TEST(AlertCatalog, UnknownNameSuggestsTheNearest) {
  try {
    AlertCatalog({"brenks"});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'brenk'?"));
  }
}

TEST(SmartsPattern, MatchesAndCounts) {
  const SmartsPattern chlorine("[#6]Cl");
  const auto dichlorobenzene = parse_smiles("Clc1ccc(Cl)cc1");
  EXPECT_TRUE(chlorine.matches(*dichlorobenzene));
  EXPECT_EQ(chlorine.count(*dichlorobenzene), 2);
  EXPECT_EQ(chlorine.count(*parse_smiles("CCO")), 0);
  EXPECT_FALSE(chlorine.matches(*parse_smiles("CCO")));
}

TEST(SmartsPattern, BadTextIsAUserError) {
  EXPECT_THROW(SmartsPattern("[#6"), UserError);
  EXPECT_THROW(SmartsPattern(""), UserError);
}

TEST(Depiction, IsOneCompactSvgElement) {
  // Aspirin.
  const std::string svg = depict(*parse_smiles("CC(=O)Oc1ccccc1C(=O)O"), 200, 150);
  EXPECT_THAT(svg, testing::StartsWith("<svg"));
  EXPECT_THAT(svg, testing::HasSubstr("</svg>"));
  EXPECT_THAT(svg, testing::HasSubstr("width='200px'"));
  EXPECT_THAT(svg, testing::Not(testing::HasSubstr(" class='")));
  EXPECT_LT(svg.size(), 4000u);
}

}  // namespace
}  // namespace fragflow
