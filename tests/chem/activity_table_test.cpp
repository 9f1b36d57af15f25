#include "src/chem/activity_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::filesystem::path write(const std::string& text) {
  const std::filesystem::path path = testing::TempDir() + "activities.csv";
  write_file_atomically(path, text);
  return path;
}

ActivityTable read(const std::string& text, const ActivityOptions& options = {}) {
  return read_activity_table(write(text), options);
}

std::string message_of(const std::string& text, const ActivityOptions& options = {}) {
  try {
    read(text, options);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> smiles_of(const ActivityTable& table) {
  std::vector<std::string> smiles;
  for (const auto& molecule : table.molecules) smiles.push_back(molecule.smiles);
  return smiles;
}

// Ethanol 50 nM, benzene 2 uM, aniline above a bound, propane without unit.
constexpr const char* kChembl =
    "\xEF\xBB\xBF\"Molecule ChEMBL ID\";\"Smiles\";\"Standard Type\";\"Standard Relation\";"
    "\"Standard Value\";\"Standard Units\";\"Assay Description\"\r\n"
    "\"CHEMBL545\";\"CCO\";\"IC50\";\"'='\";\"50.0\";\"nM\";\"first line\nsecond; line\"\r\n"
    "\"CHEMBL277500\";\"c1ccccc1\";\"IC50\";\"'='\";\"2\";\"uM\";\"\"\r\n"
    "\"CHEMBL538\";\"Nc1ccccc1\";\"IC50\";\"'>'\";\"10000\";\"nM\";\"\"\r\n"
    "\"CHEMBL135416\";\"CCC\";\"IC50\";\"'='\";\"5\";\"\";\"\"\r\n";

TEST(ActivityTable, AChemblExportNeedsNoOptions) {
  const ActivityTable table = read(kChembl);
  EXPECT_EQ(table.columns.target, "Standard Value");
  EXPECT_EQ(table.columns.unit, "Standard Units");
  EXPECT_TRUE(table.in_potency);
  EXPECT_TRUE(table.higher_is_better);
  EXPECT_EQ(table.unit, "nM, uM");
  ASSERT_THAT(smiles_of(table), ElementsAre("CCO", "c1ccccc1"));
  EXPECT_EQ(table.molecules[0].name, "CHEMBL545");
  EXPECT_DOUBLE_EQ(table.molecules[0].value, -std::log10(50e-9));
  EXPECT_DOUBLE_EQ(table.molecules[1].value, -std::log10(2e-6));
  ASSERT_EQ(table.bounds.size(), 1u);
  EXPECT_EQ(table.bounds[0].smiles, "Nc1ccccc1");
  EXPECT_EQ(table.bounds[0].name, "CHEMBL538");
  EXPECT_DOUBLE_EQ(table.bounds[0].limit, 5);  // more than 10,000 nM is a pIC50 below 5
  EXPECT_FALSE(table.bounds[0].above);
  EXPECT_THAT(table.bounds[0].rows, ElementsAre(3));
  ASSERT_EQ(table.rejected.size(), 1u);
  EXPECT_EQ(table.rejected[0].row, 4);
  EXPECT_EQ(table.rejected[0].line, 6u);  // the first row takes two lines
  EXPECT_EQ(table.rejected[0].kind, "unit");
  EXPECT_EQ(table.rejected[0].reason, "no unit");
  EXPECT_THAT(table.types, ElementsAre(testing::Pair("IC50", 2)));
}

TEST(ActivityTable, PChemblIsPreferredAndTheUnitColumnDoesNotConcernIt) {
  const ActivityTable table =
      read("Smiles,Standard Value,Standard Units,pChEMBL Value\nCCO,50,nM,7.3\nCCN,9,%,\n");
  EXPECT_EQ(table.columns.target, "pChEMBL Value");
  ASSERT_EQ(table.size(), 1);
  EXPECT_EQ(table.molecules[0].value, 7.3);
  EXPECT_EQ(table.rejected[0].reason, "no value");
}

TEST(ActivityTable, GermanSpreadsheet) {
  const ActivityTable table = read(
      "sep=;\r\nName;SMILES;IC50 "
      "(\xC2\xB5M)\r\nA;CCO;0,05\r\nB;CCN;1.234,5\r\nC;CCC;>100\r\n;;\r\n");
  EXPECT_EQ(table.delimiter, ';');
  EXPECT_EQ(table.decimal, ',');
  ASSERT_EQ(table.size(), 2);
  EXPECT_DOUBLE_EQ(table.molecules[0].value, -std::log10(0.05e-6));
  EXPECT_DOUBLE_EQ(table.molecules[1].value, -std::log10(1234.5e-6));
  ASSERT_EQ(table.bounds.size(), 1u);
  EXPECT_DOUBLE_EQ(table.bounds[0].limit, 4);
  EXPECT_EQ(table.rows, 3);
}

TEST(ActivityTable, CommasThatMayBeEitherAreAsked) {
  const std::string table = "smiles;IC50 (nM)\nCCO;1,500\nCCN;2,250\n";
  EXPECT_THAT(message_of(table), AllOf(HasSubstr("IC50 (nM)"), HasSubstr("--decimal comma")));
  ActivityOptions options;
  options.decimal = "point";
  EXPECT_DOUBLE_EQ(read(table, options).molecules[0].value, -std::log10(1500e-9));
  // No pIC50 has thousands.
  EXPECT_DOUBLE_EQ(read("smiles;pIC50\nCCO;6,301\n").molecules[0].value, 6.301);
}

TEST(ActivityTable, SaltsAndDuplicatesMergeByTheMedian) {
  // Acetate and its sodium salt are one molecule: 5, 6 and 9 have the median 6.
  const ActivityTable table = read(
      "smiles\tpKi\tname\nCC(=O)O\t5\t\nCC(=O)[O-].[Na+]\t9\tsalt\nOC(C)=O\t6\tacid\nCCO\t4\t\n");
  EXPECT_EQ(table.delimiter, '\t');
  ASSERT_THAT(smiles_of(table), ElementsAre("CC(=O)O", "CCO"));
  EXPECT_EQ(table.molecules[0].value, 6);
  EXPECT_EQ(table.molecules[0].name, "salt");
  EXPECT_THAT(table.molecules[0].rows, ElementsAre(1, 2, 3));
  EXPECT_EQ(table.num_merged(), 2);
  EXPECT_EQ(table.counts.largest_fragment, 1);
  EXPECT_THAT(table.conflicts(1.0), ElementsAre(0));
  EXPECT_THAT(table.conflicts(4.0), ElementsAre());
}

TEST(ActivityTable, EveryRejectedRowHasItsReason) {
  const ActivityTable table = read(
      "smiles,pIC50,Data Validity Comment\nC1CC,5,\nCCO,n.d.,\nCCC,<4,\n,5,\n"
      "CCN,5,Potential transcription error\nCCC,6,Manually validated\nCCCC,60,\n");
  std::vector<std::string> kinds;
  for (const auto& row : table.rejected) kinds.push_back(row.kind);
  EXPECT_THAT(kinds,
              ElementsAre("structure", "value", "censored", "structure", "flagged", "value"));
  EXPECT_EQ(table.rejected[0].text, "C1CC");
  EXPECT_EQ(table.rejected[1].reason, "pIC50 is not a number");
  EXPECT_THAT(table.rejected[4].reason, HasSubstr("Potential transcription error"));
  EXPECT_THAT(table.rejected[5].reason, HasSubstr("between 0 and 15"));
  EXPECT_THAT(smiles_of(table), ElementsAre("CCC"));
}

TEST(ActivityTable, NanomolarValuesUnderTheNameOfPUnitsAreRefused) {
  EXPECT_THAT(message_of("smiles,pIC50\nCCO,500\nCCN,20000\nCCC,7\n"),
              AllOf(HasSubstr("2 of 3 values of 'pIC50'"), HasSubstr("--units nM")));
}

TEST(ActivityTable, WhatCannotBeToldIsAsked) {
  EXPECT_THAT(message_of("smiles,IC50\nCCO,5\n"),
              AllOf(HasSubstr("in which unit 'IC50' is"), HasSubstr("--units nM")));
  EXPECT_THAT(message_of("smiles,activity\nCCO,5\n"),
              AllOf(HasSubstr("'activity' are better"), HasSubstr("--direction higher")));
  EXPECT_THAT(message_of("id,effect\n1,5\n"),
              AllOf(HasSubstr("structures"), HasSubstr("--smiles"), HasSubstr("id, effect")));
  EXPECT_THAT(message_of("smiles,effect\nCCO,5\n"),
              AllOf(HasSubstr("activity"), HasSubstr("--target"), HasSubstr("smiles, effect")));
  EXPECT_THAT(message_of("smiles,Ki (nM),IC50 (nM)\nCCO,5,\n"),
              AllOf(HasSubstr("several columns"), HasSubstr("'Ki (nM)', 'IC50 (nM)'")));
  ActivityOptions options;
  options.columns.target = "pIC5O";
  EXPECT_THAT(message_of("smiles,pIC50\nCCO,5\n", options), HasSubstr("did you mean 'pIC50'?"));
  options = {};
  options.units = "ounces";
  EXPECT_THAT(message_of("smiles,IC50\nCCO,5\n", options), HasSubstr("--units ounces"));
}

TEST(ActivityTable, DirectionIsOfTheColumnAsWritten) {
  ActivityOptions options;
  options.direction = "higher";  // an anti-target: weak binding, a high IC50, is wanted
  EXPECT_FALSE(read("smiles,hERG IC50 (uM)\nCCO,5\n", options).higher_is_better);
  options.direction = "lower";
  options.columns.target = "clearance";
  EXPECT_FALSE(read("smiles,clearance\nCCO,5\n", options).higher_is_better);
  EXPECT_EQ(read("smiles,clearance\nCCO,5\n", options).molecules[0].value, 5);
}

TEST(ActivityTable, WhereKeepsSomeRowsUnderTheirNumbers) {
  ActivityOptions options;
  options.where = {"Standard Type=Ki"};
  const std::string text = "Smiles,Standard Type,pKi\nCCO,IC50,5\nCCN,Ki,6\nC1CC,Ki,7\n";
  const ActivityTable table = read(text, options);
  EXPECT_EQ(table.filtered, 1);
  EXPECT_THAT(table.molecules[0].rows, ElementsAre(2));
  EXPECT_EQ(table.rejected[0].row, 3);
  options.where = {"Standard Type=Kd"};
  EXPECT_THAT(message_of(text, options), HasSubstr("no row has Standard Type=Kd"));
  options.where = {"Type"};
  EXPECT_THAT(message_of(text, options), HasSubstr("Column=value"));
}

TEST(ActivityTable, ValuesThatAreNoConcentrationsStayInTheirCommonestUnit) {
  ActivityOptions options;
  options.direction = "higher";
  const ActivityTable table =
      read("Smiles,Standard Value,Standard Units\nCCO,50,%\nCCN,60,%\nCCC,3,hr\n", options);
  EXPECT_FALSE(table.in_potency);
  EXPECT_EQ(table.unit, "%");
  EXPECT_EQ(table.size(), 2);
  EXPECT_EQ(table.rejected[0].reason, "most values are in '%'");
}

}  // namespace
}  // namespace fragflow
