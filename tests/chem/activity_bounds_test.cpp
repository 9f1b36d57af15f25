// Bounds of every direction and place, in the unit that is learned.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/chem/activity_table.hpp"

namespace fragflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

ActivityTable read(const std::string& text, const ActivityOptions& options = {}) {
  return parse_activity_table(text, "table", options);
}

ActivityOptions with(const std::string& units, const std::string& direction) {
  ActivityOptions options;
  options.units = units;
  options.direction = direction;
  return options;
}

// "CCO < 5"
std::vector<std::string> bounds_of(const ActivityTable& table) {
  std::vector<std::string> texts;
  for (const ActivityTable::Bound& bound : table.bounds) {
    texts.push_back(
        fmt::format("{} {} {:.4g}", bound.smiles, bound.above ? ">" : "<", bound.limit));
  }
  return texts;
}

TEST(ActivityBounds, ConcentrationsTurnRoundAndPUnitsDoNot) {
  EXPECT_THAT(bounds_of(read("smiles,IC50 (nM)\nCCO,>10000\nCCN,<1\nCCC,>=1000\nCCS,<= 10\nCC,5\n"
                             "CCF,~100\nCCCl,\xE2\x89\xA5"
                             "100\n")),
              ElementsAre("CCO < 5", "CCN > 9", "CCC < 6", "CCS > 8", "CCCl < 7"));
  EXPECT_THAT(bounds_of(read("smiles,pIC50\nCCO,<5\nCCN,>9\nCCC,6\n")),
              ElementsAre("CCO < 5", "CCN > 9"));
  EXPECT_THAT(bounds_of(read("smiles,log10 IC50 (nM)\nCCO,>4\nCCN,<0\nCCC,2\n")),
              ElementsAre("CCO < 5", "CCN > 9"));
  EXPECT_THAT(bounds_of(read("smiles,y\nCCO,>4\nCCN,<0\nCCC,2\n", with("-log nM", "auto"))),
              ElementsAre("CCO > 13", "CCN < 9"));
  // Every bound in the unit behind it; masses by the compound's own (phenol: 94.11 g/mol).
  EXPECT_THAT(bounds_of(read("smiles,IC50\nCCO,> 10 uM\nCCN,> 100 nM\nCCC,5 nM\nCC,7 nM\n")),
              ElementsAre("CCO < 5", "CCN < 7"));
  EXPECT_THAT(bounds_of(read("smiles,MIC (mg/L)\nOc1ccccc1,>94.11\nCCO,5\n")),
              ElementsAre("Oc1ccccc1 < 3"));
}

TEST(ActivityBounds, WhatIsNoConcentrationStaysAsWritten) {
  for (const char* direction : {"higher", "lower"}) {
    const ActivityTable table = read("smiles,clearance\nCCO,>400\nCCN,<3\nCCC,20\n", [&] {
      ActivityOptions options = with("none", direction);
      options.columns.target = "clearance";
      return options;
    }());
    EXPECT_THAT(bounds_of(table), ElementsAre("CCO > 400", "CCN < 3"));
    EXPECT_EQ(table.higher_is_better, direction == std::string("higher"));
  }
  // The direction is what is wanted, not what a bound means.
  EXPECT_THAT(bounds_of(read("smiles,IC50 (nM)\nCCO,>10000\nCCC,20\n", with("auto", "higher"))),
              ElementsAre("CCO < 5"));
  EXPECT_THAT(bounds_of(read("smiles,IC50 (nM)\nCCO,>10000\nCCC,20\n", with("none", "lower"))),
              ElementsAre("CCO > 1e+04"));
}

TEST(ActivityBounds, RelationsBesideTheValue) {
  EXPECT_THAT(bounds_of(read("smiles,Relation,IC50 (uM)\nCCO,>,10\nCCN,<,0.001\nCCC,=,5\nCC,~,5\n"
                             "CCS,'>=',1\n")),
              ElementsAre("CCO < 5", "CCN > 9", "CCS < 6"));
  // In the cell and beside it: the same, or a contradiction.
  const ActivityTable table = read(
      "smiles,Relation,IC50 (uM)\nCCO,>,>10\nCCN,=,>10\nCCC,<,>10\nCC,,5\nCCS,?,5\nCCF,,<>5\n"
      "CCCl,>,nd\n");
  EXPECT_THAT(bounds_of(table), ElementsAre("CCO < 5", "CCN < 5"));
  std::vector<std::string> reasons;
  for (const auto& row : table.rejected) reasons.push_back(row.kind + ": " + row.reason);
  EXPECT_THAT(reasons, ElementsAre("value: a relation that contradicts itself",
                                   "value: this relation is not known",
                                   "value: a relation that contradicts itself",
                                   "censored: a bound, and its limit is not a number"));
}

TEST(ActivityBounds, OneOfEachSideForACompoundAndNoneBesideAMeasurement) {
  const ActivityTable table = read(
      "smiles,name,pIC50\nCCO,,<5\nOCC,a,<4\nCCO,b,<4.5\nCCO,,>3\nCCN,c,7\nCCN,,>6\nNCC,,<6\n"
      "CCC,,8\n");
  EXPECT_THAT(bounds_of(table), ElementsAre("CCO < 4", "CCO > 3"));
  EXPECT_EQ(table.bounds[0].name, "a");
  EXPECT_THAT(table.bounds[0].rows, ElementsAre(1, 2, 3));
  EXPECT_EQ(table.num_bound_rows(), 4);
  EXPECT_EQ(table.num_bounded_molecules(), 1);
  ASSERT_EQ(table.rejected.size(), 2u);
  EXPECT_EQ(table.rejected[0].kind, "censored");
  EXPECT_EQ(table.rejected[0].reason, "a bound, and the compound was measured: 7");
  EXPECT_EQ(table.rejected[1].text, "<6");
  EXPECT_THAT(table.rejected[1].reason,
              HasSubstr("measured: 7, which the bound (< 6) contradicts"));
  EXPECT_EQ(table.size(), 2);
  EXPECT_EQ(table.num_merged(), 0);
}

TEST(ActivityBounds, BoundsThatCannotBeUsedAreListed) {
  const ActivityTable table = read(
      "smiles,IC50,Units,Data Validity Comment\nCCO,>5,%,\nC1CC,>5,nM,\nCCN,>0,nM,\n"
      "CCC,>5,nM,Outside typical range\nCC,5,nM,\nCCS,9,uM,\n");
  EXPECT_TRUE(table.bounds.empty());
  std::vector<std::string> kinds;
  for (const auto& row : table.rejected) kinds.push_back(row.kind);
  EXPECT_THAT(kinds, ElementsAre("censored", "structure", "censored", "censored"));
}

// ChEMBL gives no pChEMBL Value for a bound, and its relations are those of Standard Value.
TEST(ActivityBounds, BehindPChemblStandTheStandardValues) {
  const std::string text =
      "Smiles,Standard Type,Standard Relation,Standard Value,Standard Units,pChEMBL Value\n"
      "CCO,IC50,'=',50,nM,7.3\nCCN,IC50,'>',10000,nM,\nCCC,IC50,'<',0.001,uM,\n"
      "CCS,IC50,'>',50,%,\nCC,IC50,'=',100,nM,7\nCCF,IC50,'>',1000,nM,6\n";
  const ActivityTable table = read(text);
  EXPECT_EQ(table.columns.target, "pChEMBL Value");
  EXPECT_THAT(bounds_of(table), ElementsAre("CCN < 5", "CCC > 9", "CCF < 6"));
  EXPECT_EQ(table.unit, "p");
  EXPECT_TRUE(table.higher_is_better);
  ASSERT_EQ(table.rejected.size(), 1u);
  EXPECT_THAT(table.rejected[0].reason, HasSubstr("'%' is no molar concentration"));
  ActivityOptions options = with("none", "higher");  // as `proxy train` reads it
  options.columns.target = "pChEMBL Value";
  EXPECT_THAT(bounds_of(read(text, options)), ElementsAre("CCN < 5", "CCC > 9", "CCF < 6"));
  // Without a relation column: in the cells of the concentration.
  EXPECT_THAT(bounds_of(read("smiles,IC50 (nM),pIC50\nCCO,>10000,\nCCN,50,7.3\nCCC,,\n")),
              ElementsAre("CCO < 5"));
}

// Whose relation it is, where there are p-units and concentrations.
TEST(ActivityBounds, TheRelationsOfTheConcentrationBehindAPUnit) {
  const char* rows = "\nCCO,>,10000,5\nCCN,=,10,8\nCCC,=,100,7\nCC,>,20000,4.7\n";
  const ActivityTable table = read(std::string("smiles,rel,IC50 (nM),pIC50") + rows);
  EXPECT_EQ(table.columns.target, "pIC50");
  EXPECT_THAT(bounds_of(table), ElementsAre("CCO < 5", "CC < 4.7"));
  EXPECT_THAT(table.notes, Contains(AllOf(HasSubstr("'rel'"), HasSubstr("'IC50 (nM)'"),
                                          HasSubstr("> means a lower 'pIC50'"))));
  // The same with "<", which then is that of the p-unit; and where a name says it.
  const char* turned_rows = "\nCCO,<,10000,5\nCCN,=,10,8\nCCC,=,100,7\nCC,<,20000,4.7\n";
  EXPECT_THAT(bounds_of(read(std::string("smiles,rel,IC50 (nM),pIC50") + turned_rows)),
              ElementsAre("CCO < 5", "CC < 4.7"));
  EXPECT_THAT(bounds_of(read(std::string("smiles,pIC50 relation,IC50 (nM),pIC50") + rows)),
              ElementsAre("CCO > 5", "CC > 4.7"));
  EXPECT_THAT(bounds_of(read(std::string("smiles,IC50 relation,IC50 (nM),pIC50") + turned_rows)),
              ElementsAre("CCO > 5", "CC > 4.7"));
}

TEST(ActivityBounds, ATableOfBoundsAloneIsRead) {
  ActivityOptions options = with("none", "higher");
  options.columns.target = "activity";
  const ActivityTable table =
      read("smiles,name,relation,activity\nCCO,a,<,5\nCCN,b,>,7\n", options);
  EXPECT_THAT(bounds_of(table), ElementsAre("CCO < 5", "CCN > 7"));
  EXPECT_EQ(table.size(), 0);
}

}  // namespace
}  // namespace fragflow
