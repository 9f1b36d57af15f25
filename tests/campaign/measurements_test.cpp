#include "src/campaign/measurements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "src/campaign/proposals.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Measurement measured(const std::string& smiles, double value, const std::string& relation = "=") {
  Measurement m;
  m.smiles = smiles;
  m.relation = relation;
  m.value = value;
  return m;
}

TEST(Measurements, AreReadBackAsWritten) {
  Measurement m = measured("CCO", 0.1 + 0.2, "<");
  m.name = "one, \"two\"\nthree";
  m.id = "R1-02";
  m.added = 12;
  m.file = "a;b.csv";
  m.digest = "00ff";
  m.rows = "3 5";
  m.replaces = true;
  const auto read = parse_measurements(
      measurements_header() + measurement_row(m) + measurement_row(measured("CCN", -3)), "x.csv");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].smiles, "CCO");
  EXPECT_EQ(read[0].name, m.name);
  EXPECT_EQ(read[0].relation, "<");
  EXPECT_EQ(read[0].value, m.value);  // to the last bit
  EXPECT_EQ(read[0].id, "R1-02");
  EXPECT_EQ(read[0].added, 12);
  EXPECT_EQ(read[0].file, m.file);
  EXPECT_EQ(read[0].digest, "00ff");
  EXPECT_EQ(read[0].rows, "3 5");
  EXPECT_TRUE(read[0].replaces);
  EXPECT_FALSE(read[1].replaces);
  EXPECT_TRUE(parse_measurements(measurements_header(), "x.csv").empty());
}

TEST(Measurements, WhatIsNoneIsRefusedWithItsLine) {
  EXPECT_THROW(parse_measurements("smiles,activity\nCCO,1\n", "x.csv"), UserError);
  try {
    parse_measurements(measurements_header() + "CCO,,=,5,,0,,,,\nCCN,,~,5,,0,,,,\n", "x.csv");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("line 3"));
  }
}

TEST(Measurements, TheMedianOfACompoundCountsAndOnlyWithoutOneItsBounds) {
  std::vector<Measurement> all = {measured("CCO", 5),      measured("CCN", 4, "<"),
                                  measured("CCO", 7),      measured("CCS", 6, "<"),
                                  measured("CCS", 5, "<"), measured("CCS", 3, ">"),
                                  measured("CCO", 5.5),    measured("CCN", 4.5)};
  all[2].name = "ethanol";
  const ActivityTable known = known_activities(all);
  ASSERT_EQ(known.molecules.size(), 2U);
  EXPECT_EQ(known.molecules[0].smiles, "CCO");
  EXPECT_EQ(known.molecules[0].value, 5.5);
  EXPECT_EQ(known.molecules[0].lowest, 5);
  EXPECT_EQ(known.molecules[0].highest, 7);
  EXPECT_EQ(known.molecules[0].name, "ethanol");
  EXPECT_THAT(known.molecules[0].rows, ElementsAre(1, 3, 7));
  EXPECT_EQ(known.molecules[1].value, 4.5);  // measured after it was known by a bound
  ASSERT_EQ(known.bounds.size(), 2U);
  EXPECT_TRUE(known.bounds[0].above);
  EXPECT_EQ(known.bounds[0].limit, 3);
  EXPECT_EQ(known.bounds[1].limit, 5);  // the tighter one
}

TEST(Measurements, AReplacingOneForgetsWhatCameBefore) {
  std::vector<Measurement> all = {measured("CCO", 5), measured("CCO", 5.2), measured("CCO", 8),
                                  measured("CCO", 8.4)};
  all[2].replaces = true;
  EXPECT_DOUBLE_EQ(known_activities(all).molecules[0].value, 8.2);
}

TEST(Proposals, AreReadBackAndTheirIdsKnown) {
  Proposal p;
  p.id = proposal_id(2, 7);
  EXPECT_EQ(p.id, "R2-07");
  EXPECT_EQ(proposal_id(12, 345), "R12-345");
  p.round = 2;
  p.smiles = "CCO";
  p.predicted = 6.25;
  p.deviation = 0.5;
  p.strategy = "ei";
  p.nearest_name = "a, b";
  const auto read = parse_proposals(proposals_header() + proposal_row(p), "x.csv");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].id, "R2-07");
  EXPECT_EQ(read[0].predicted, 6.25);
  EXPECT_EQ(read[0].nearest_name, "a, b");
  EXPECT_TRUE(std::isnan(read[0].score));
  for (const char* text : {"R2-07", "R10-1"}) EXPECT_TRUE(looks_like_proposal_id(text)) << text;
  for (const char* text : {"", "R", "R-1", "R1-", "X1-1", "R1-1a", "R1 1", "CHEMBL12-3"}) {
    EXPECT_FALSE(looks_like_proposal_id(text)) << text;
  }
}

TEST(Proposals, ThePlateHasAnEmptyColumnForTheResult) {
  Proposal p;
  p.id = "R1-01";
  p.smiles = "CCO";
  const std::string plate = plate_csv({p}, "IC50 (nM)");
  EXPECT_THAT(plate.substr(0, plate.find('\n')), HasSubstr(",score,IC50 (nM)"));
  EXPECT_TRUE(plate.ends_with(",\n"));
  EXPECT_THAT(plate_csv({p}, "score"), HasSubstr(",score,score_measured\n"));
}

}  // namespace
}  // namespace fragflow
