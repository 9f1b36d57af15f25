#include "src/report/candidates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "src/report/report.hpp"

namespace fragflow {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

Candidate candidate(const std::string& smiles, double score) {
  Candidate made;
  made.smiles = smiles;
  made.score = score;
  made.activities = {{7.5, 0.25, 7.0, 0.5, NAN}};
  made.components = {{0.5, 0.75}};
  made.nearest_name = "anisole";
  made.nearest_smiles = "COc1ccccc1";
  made.nearest_similarity = 0.5;
  made.fields = {{"rank", "1"}, {"smiles", smiles}};
  return made;
}

// Phenetole and thiophenol's ether share a ring; hexanol has none; the aldehyde has an alert.
CandidateList example() {
  CandidateList list;
  list.activities = {"A"};
  list.components = {"qed"};
  list.candidates = {candidate("CCOc1ccccc1", 0.9), candidate("CCCCCCO", 0.8),
                     candidate("CSc1ccccc1", 0.7), candidate("O=Cc1ccccn1", 0.6)};
  return list;
}

std::vector<int> members(const json& groups, const std::string& name) {
  for (const json& group : groups) {
    if (group["name"] == name) return group["members"].get<std::vector<int>>();
  }
  return {};
}

double value(const json& page, std::size_t row, const std::string& key) {
  for (std::size_t k = 0; k < page["columns"].size(); ++k) {
    if (page["columns"][k]["key"] == key) return page["rows"][row]["values"][k];
  }
  return NAN;
}

TEST(Candidates, ColumnsAndValues) {
  const json page = candidates_json(example());
  ASSERT_EQ(page["rows"].size(), 4u);
  EXPECT_EQ(value(page, 1, "score"), 0.8);
  EXPECT_EQ(value(page, 1, "prediction_0"), 7.5);
  EXPECT_EQ(value(page, 1, "uncertainty_0"), 0.25);
  EXPECT_EQ(value(page, 1, "second_0"), 7.0);
  EXPECT_EQ(value(page, 1, "component_0"), 0.75);
  EXPECT_NEAR(value(page, 1, "mw"), 102.18, 0.01);  // hexanol
  EXPECT_NEAR(value(page, 0, "tpsa"), 9.23, 0.01);  // one ether oxygen, Ertl 2000
  EXPECT_EQ(page["columns"][1]["label"], "A: prediction");
  EXPECT_EQ(page["field_names"], json({"rank", "smiles"}));
  EXPECT_EQ(page["rows"][2]["fields"], json({"1", "CSc1ccccc1"}));
}

TEST(Candidates, RoutesGoIntoThePage) {
  CandidateList list = example();
  list.candidates[0].route = RouteScheme{{}, "bought"};
  const json page = candidates_json(list);
  EXPECT_EQ(page["rows"][0]["route"], route_scheme_html(*list.candidates[0].route));
  EXPECT_FALSE(page["rows"][1].contains("route"));
}

TEST(Candidates, GroupsRingsAndScaffolds) {
  const json page = candidates_json(example());
  EXPECT_THAT(members(page["groups"], "aryl ether"), ElementsAre(0));
  EXPECT_THAT(members(page["groups"], "alcohol"), ElementsAre(1));
  EXPECT_THAT(members(page["groups"], "thioether"), ElementsAre(2));
  EXPECT_THAT(members(page["groups"], "benzene"), ElementsAre(0, 2));
  EXPECT_THAT(members(page["groups"], "aldehyde"), ElementsAre(3));
  EXPECT_THAT(members(page["groups"], "amide"), ElementsAre());  // in none: not listed
  EXPECT_THAT(members(page["ring_systems"], "c1ccccc1"), ElementsAre(0, 2));
  EXPECT_THAT(members(page["ring_systems"], "c1ccncc1"), ElementsAre(3));
  ASSERT_EQ(page["scaffolds"].size(), 3u);
  EXPECT_EQ(page["scaffolds"][0]["name"], "c1ccccc1");
  EXPECT_THAT(members(page["scaffolds"], "c1ccccc1"), ElementsAre(0, 2));
  EXPECT_THAT(members(page["scaffolds"], ""), ElementsAre(1));
  EXPECT_EQ(page["scaffolds"][2]["name"], "");  // the ringless last
  EXPECT_THAT(page["rows"][3]["alerts"].dump(), HasSubstr("aldehyde"));
  EXPECT_TRUE(page["rows"][0]["alerts"].empty());
}

TEST(Candidates, NearestCompoundAndBlock) {
  CandidateList list = example();
  list.candidates[1].nearest_smiles = "";
  const json page = candidates_json(list);
  const json& nearest = page["rows"][0]["nearest"];
  EXPECT_EQ(nearest["name"], "anisole");
  EXPECT_EQ(nearest["common_atoms"], 8);  // all of anisole
  EXPECT_TRUE(nearest["measured"][0].is_number_float());
  EXPECT_TRUE(std::isnan(nearest["measured"][0].get<double>()));  // null on the page
  // The methyl that phenetole has more is drawn on a coloured ground, nothing of anisole.
  EXPECT_THAT(nearest["own_drawing"].get<std::string>(), HasSubstr("#FFD17A"));
  EXPECT_THAT(nearest["drawing"].get<std::string>(), testing::Not(HasSubstr("#FFD17A")));
  EXPECT_TRUE(page["rows"][1]["nearest"].is_null());
  const std::string block = page["rows"][0]["molblock"];
  EXPECT_THAT(block, HasSubstr("V2000"));
  EXPECT_TRUE(block.ends_with("M  END\n"));
}

// Rings of other sizes are different even where a path of their atoms is the same.
TEST(Candidates, RingsOfOtherSizesDiffer) {
  CandidateList list = example();
  list.candidates = {candidate("Clc1ccc(C2CCCCC2)cc1", 1)};
  list.candidates[0].nearest_smiles = "Clc1ccc(C2CCCC2)cc1";
  EXPECT_EQ(candidates_json(list)["rows"][0]["nearest"]["common_atoms"], 7);  // chlorophenyl
}

TEST(Candidates, KeyIsOfTheMolecules) {
  CandidateList list = example();
  const json first = candidates_json(list);
  list.candidates[0].score = 0.95;
  EXPECT_EQ(candidates_json(list)["key"], first["key"]);
  std::swap(list.candidates[0], list.candidates[1]);
  EXPECT_NE(candidates_json(list)["key"], first["key"]);
}

TEST(Candidates, PageCannotBeBrokenOutOf) {
  ReportData data;
  data.candidates = example();
  data.candidates->explanation = data.candidates->candidates[0].nearest_name =
      "</script><script>alert(1)</script>";
  const std::string html = render_report(data);
  EXPECT_THAT(html, testing::Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, HasSubstr("<section id=\"shortlist\""));
  EXPECT_THAT(html, HasSubstr("href=\"#shortlist\""));
  // Without candidates nothing of it is on the page.
  EXPECT_THAT(render_report({}), testing::Not(HasSubstr("shortlist")));
}

}  // namespace
}  // namespace fragflow
