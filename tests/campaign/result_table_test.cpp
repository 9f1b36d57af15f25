#include "src/campaign/result_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Proposals R1-01 ethanol, R1-02 ethylamine, R1-03 phenol; known: benzene at 6, toluene below 4.
class Results : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* smiles : {"CCO", "CCN", "Oc1ccccc1"}) {
      Proposal proposal;
      proposal.id = proposal_id(1, question_.proposals.size() + 1);
      proposal.smiles = smiles;
      question_.proposals.push_back(proposal);
    }
    Measurement benzene, toluene;
    benzene.smiles = "c1ccccc1";
    benzene.value = 6;
    toluene.smiles = "Cc1ccccc1";
    toluene.relation = "<";
    toluene.value = 4;
    question_.measurements = {benzene, toluene};
    question_.target = "pIC50";
    path_ =
        testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
  }

  ResultTable read(const std::string& text) {
    write_file_atomically(path_, text);
    return read_results(path_, question_);
  }
  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }
  static std::vector<std::string> kinds(const ResultTable& table) {
    std::vector<std::string> kinds;
    for (const ResultRemark& remark : table.remarks) kinds.push_back(remark.kind);
    return kinds;
  }

  ResultQuestion question_;
  std::string path_;
};

TEST_F(Results, AreJoinedByIdAlone) {
  const ResultTable table = read("my id,pIC50\nR1-02,7.5\nR1-01,\nR1-03,<5\n");
  ASSERT_EQ(table.measurements.size(), 2U);
  EXPECT_EQ(table.measurements[0].smiles, "CCN");
  EXPECT_EQ(table.measurements[0].id, "R1-02");
  EXPECT_EQ(table.measurements[0].value, 7.5);
  EXPECT_EQ(table.measurements[0].rows, "1");
  EXPECT_EQ(table.measurements[1].relation, "<");
  EXPECT_EQ(table.measurements[1].id, "R1-03");
  EXPECT_EQ(table.blank, 1);
  EXPECT_TRUE(table.remarks.empty());
}

TEST_F(Results, AreJoinedByStructureHoweverItIsWritten) {
  const ResultTable table = read("smiles,pIC50\nOCC,7.5\nc1cc(ccc1)[O-].[Na+],6\n");
  ASSERT_EQ(table.measurements.size(), 2U);
  EXPECT_EQ(table.measurements[0].id, "R1-01");
  EXPECT_EQ(table.measurements[1].id, "R1-03");
}

TEST_F(Results, OfCompoundsThatWereNeverProposedAreTakenIn) {
  const ResultTable table = read("smiles,name,pIC50\nCCCl,mine,7.5\n");
  ASSERT_EQ(table.measurements.size(), 1U);
  EXPECT_EQ(table.measurements[0].id, "");
  EXPECT_EQ(table.measurements[0].name, "mine");
  EXPECT_THAT(kinds(table), ElementsAre("not proposed"));
}

TEST_F(Results, UnitsAreReadAndBoundsTurnedRound) {
  const ResultTable table = read("id,IC50 (nM)\nR1-01,10\nR1-02,>10000\n");
  ASSERT_EQ(table.measurements.size(), 2U);
  EXPECT_NEAR(table.measurements[0].value, 8, 1e-12);
  EXPECT_EQ(table.measurements[1].relation, "<");
  EXPECT_NEAR(table.measurements[1].value, 5, 1e-12);
}

TEST_F(Results, InAnotherUnitAreRefused) {
  EXPECT_THAT(refusal("id,inhibition (%)\nR1-01,50\nR1-02,70\n"), HasSubstr("--units"));
  question_.in_potency = false;
  EXPECT_THAT(refusal("id,IC50 (nM)\nR1-01,10\n"), HasSubstr("--units"));
}

TEST_F(Results, AnIdWithAnotherStructureStopsUntilItIsSaidWhatCounts) {
  const std::string text = "id,smiles,pIC50\nR1-01,CCO,7\nR1-02,CCCl,8\n";
  const std::string message = refusal(text);
  EXPECT_THAT(message, HasSubstr("row 2 (line 3): R1-02 was proposed as CCN, the row has CCCl"));
  EXPECT_THAT(message, HasSubstr("--trust id"));
  question_.settings.trust = "id";
  ResultTable table = read(text);
  ASSERT_EQ(table.measurements.size(), 2U);
  EXPECT_EQ(table.measurements[1].smiles, "CCN");
  EXPECT_THAT(kinds(table), ElementsAre("identity"));
  question_.settings.trust = "structure";
  table = read(text);
  EXPECT_EQ(table.measurements[1].smiles, "CCCl");
  EXPECT_EQ(table.measurements[1].id, "");
}

TEST_F(Results, AnUnknownIdStops) {
  EXPECT_THAT(refusal("id,pIC50\nR1-01,7\nR1-99,8\n"),
              testing::AllOf(HasSubstr("row 2 (line 3)"), HasSubstr("'R1-99'")));
  question_.settings.trust = "structure";
  EXPECT_THAT(refusal("id,pIC50\nR1-01,7\nR1-99,8\n"), HasSubstr("correct it"));
  EXPECT_EQ(read("id,smiles,pIC50\nR1-01,,7\nR1-99,CCCl,8\n").measurements.size(), 2U);
}

TEST_F(Results, OtherPeoplesIdsAreNone) {
  const ResultTable table = read("id,smiles,pIC50\nR1-01,CCO,7\nACME-7,CCCl,8\n");
  EXPECT_EQ(table.measurements.size(), 2U);
}

TEST_F(Results, NearValuesOfACompoundGiveTheirMedianAndFarOnesStop) {
  ResultTable table = read("id,pIC50\nR1-01,7\nR1-02,6\nR1-01,7.4\n");
  EXPECT_DOUBLE_EQ(table.measurements[0].value, 7.2);
  EXPECT_EQ(table.measurements[0].rows, "1 3");
  EXPECT_THAT(kinds(table), ElementsAre("repeat"));
  const std::string far = "id,pIC50\nR1-01,8\nR1-02,6\nR1-01,5\nR1-01,5.5\n";
  EXPECT_THAT(refusal(far),
              testing::AllOf(HasSubstr("rows 1, 3, 4 (lines 2, 4, 5)"), HasSubstr("--repeats")));
  for (const auto& [way, value] :
       {std::pair{"median", 5.5}, std::pair{"first", 8.0}, std::pair{"last", 5.5}}) {
    question_.settings.repeats = way;
    EXPECT_DOUBLE_EQ(read(far).measurements[0].value, value) << way;
  }
}

TEST_F(Results, WhatIsMeasuredAgain) {
  // The same value says nothing new.
  ResultTable table = read("smiles,pIC50\nc1ccccc1,6.0\nCCO,7\n");
  EXPECT_EQ(table.measurements.size(), 1U);
  EXPECT_THAT(kinds(table), ElementsAre("left out"));
  // A near one is another measurement.
  table = read("smiles,pIC50\nc1ccccc1,6.4\n");
  ASSERT_EQ(table.measurements.size(), 1U);
  EXPECT_FALSE(table.measurements[0].replaces);
  // A sheet that has grown: the row that is known does not count again.
  table = read("smiles,pIC50\nc1ccccc1,6.0\nc1ccccc1,6.4\n");
  ASSERT_EQ(table.measurements.size(), 1U);
  EXPECT_DOUBLE_EQ(table.measurements[0].value, 6.4);
  EXPECT_EQ(table.measurements[0].rows, "2");
  // A far one has to be settled.
  EXPECT_THAT(refusal("smiles,pIC50\nc1ccccc1,8\n"),
              testing::AllOf(HasSubstr("measured before: 6, now 8"), HasSubstr("--repeats")));
  question_.settings.repeats = "first";
  EXPECT_TRUE(read("smiles,pIC50\nc1ccccc1,8\n").measurements.empty());
  question_.settings.repeats = "last";
  EXPECT_TRUE(read("smiles,pIC50\nc1ccccc1,8\n").measurements[0].replaces);
  question_.settings.repeats = "median";
  EXPECT_FALSE(read("smiles,pIC50\nc1ccccc1,8\n").measurements[0].replaces);
}

TEST_F(Results, ABoundIsLeftOutBesideAMeasurementAndTakenOtherwise) {
  const ResultTable table =
      read("smiles,pIC50\nc1ccccc1,<5\nCc1ccccc1,<4\nCc1ccccc1,<4\nCCO,<4.5\n");
  ASSERT_EQ(table.measurements.size(), 1U);
  EXPECT_EQ(table.measurements[0].id, "R1-01");
  EXPECT_THAT(kinds(table), ElementsAre("left out", "left out"));
}

TEST_F(Results, AValueAfterABoundIsNew) {
  EXPECT_EQ(read("smiles,pIC50\nCc1ccccc1,5\n").measurements.size(), 1U);
}

TEST_F(Results, RowsThatCannotBeReadAreNamed) {
  const ResultTable table = read("id,smiles,pIC50\nR1-01,CCO,7\n,C1CC,8\nR1-02,,high\n,CCBr,6\n");
  EXPECT_EQ(table.measurements.size(), 2U);
  EXPECT_THAT(kinds(table), ElementsAre("rejected", "rejected", "not proposed"));
  EXPECT_EQ(table.remarks[0].line, 3U);
  EXPECT_EQ(table.remarks[1].line, 4U);
}

TEST_F(Results, WithoutIdsAndStructuresThereIsNothingToJoinBy) {
  EXPECT_THAT(refusal("compound,pIC50\nx,7\n"), HasSubstr("--smiles"));
  EXPECT_THAT(refusal("compound,pIC50\nx,7\n"), HasSubstr("compound, pIC50"));
}

}  // namespace
}  // namespace fragflow
