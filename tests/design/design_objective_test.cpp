#include "src/design/design_objective.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "src/base/check.hpp"
#include "src/design/design_config.hpp"

namespace fragflow {
namespace {

using Kind = ObjectiveWish::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

// Columns 3, 4 and 5 of a table.
const std::vector<ObjectiveTarget> kTargets = {{"IC50 A (nM)", "IC50 A (nM)", 3, "p"},
                                               {"IC50 B (nM)", "#4", 4, "p"},
                                               {"% inhibition, cells", "cells", 5, "%"}};

std::vector<ObjectiveClause> read(const std::string& text) {
  return resolve_objective(parse_objective(text), kTargets);
}

// Clauses with their terms: "0*1 high".
std::vector<std::string> described(const std::string& text) {
  std::vector<std::string> lines;
  for (const ObjectiveClause& clause : read(text)) {
    std::string line;
    for (const ObjectiveTerm& term : clause.terms) {
      line += fmt::format("{}*{} ", term.target, term.coefficient);
    }
    const char* kinds[] = {"high", "low", "above", "below", "between"};
    line += fmt::format("{} {} {}", kinds[static_cast<int>(clause.wish.kind)], clause.wish.low,
                        clause.wish.high);
    lines.push_back(line);
  }
  return lines;
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Objective, EveryWishAndEveryWayToNameAColumn) {
  EXPECT_THAT(described("IC50 A (nM) high, IC50 B (nM) low"),
              ElementsAre("0*1 high 0 0", "1*1 low 0 0"));
  EXPECT_THAT(described("#3 above 7; #4 below 5.5"),
              ElementsAre("0*1 above 7 0", "1*1 below 0 5.5"));
  EXPECT_THAT(described("ic50 a BETWEEN -1 and 6,"), ElementsAre("0*1 between -1 6"));
  EXPECT_THAT(described("A (nM) - B (nM) above 2"), ElementsAre("0*1 1*-1 above 2 0"));
  EXPECT_THAT(described("IC50 B (nM)-IC50 A (nM) high"), ElementsAre("1*1 0*-1 high 0 0"));
  // A name may hold a comma.
  EXPECT_THAT(described("% inhibition, cells high, IC50 A low"),
              ElementsAre("2*1 high 0 0", "0*1 low 0 0"));
  EXPECT_THAT(described(" "), ElementsAre());
}

TEST(Objective, ALowerAndAnUpperEndMayStandApart) {
  EXPECT_EQ(read("#3 above 5, #3 below 6").size(), 2u);
  EXPECT_EQ(read("#3 - #4 above 1, #4 - #3 above -3").size(), 2u);  // A - B below 3
}

TEST(Objective, ADifferenceIsNoColumnWithADashInItsName) {
  const std::vector<ObjectiveTarget> dashed = {{"D2-like Ki", "", 1, "p"}, {"5-HT Ki", "", 2, "p"}};
  const auto one = resolve_objective(parse_objective("D2-like high"), dashed);
  ASSERT_EQ(one[0].terms.size(), 1u);
  const auto two = resolve_objective(parse_objective("D2-like - 5-HT high"), dashed);
  ASSERT_EQ(two[0].terms.size(), 2u);
  EXPECT_EQ(two[0].terms[1].target, 1u);
}

TEST(Objective, WhatCannotBeMeantIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"IC50 C high", "'IC50 C' is no column that is learned"},
      {"IC50 C high", "those are: 'IC50 A (nM)', 'IC50 B (nM)', '% inhibition, cells'"},
      {"IC50 high", "'IC50' may mean several: 'IC50 A (nM)', 'IC50 B (nM)'"},
      {"C high", "'C' is no column"},  // no word of "IC50"
      {"#9 high", "'#9' is no column"},
      {"A", "'A' is no clause; expected NAME high, NAME low"},
      {"high", "does not say of which column"},
      {"#3 hihg, #4 low", "'#3 hihg, #4' is no column"},
      {"#3 above seven", "'seven' in '#3 above seven' is not a number"},
      {"#3 between 5,5 and 6", "'5,5'"},
      {"#3 between 6 and 5", "is reversed or empty: between 5 and 6"},
      {"#3 high, #3 low", "'IC50 A (nM) high' and 'IC50 A (nM) low' contradict"},
      {"#3 high, A high", "ask for the same"},
      {"#3 above 6, #3 below 6", "contradict"},
      {"#3 high, #3 between 5 and 6", "contradict"},
      {"#3 - #4 high, #4 - #3 high", "contradict"},
      {"#3 - #4 high, #4 - #3 low", "ask for the same"},
      {"#3 low, #4 high, #3 - #4 high", "contradicts what is asked of 'IC50 A (nM)'"},
      {"#3 - #3 high", "from itself"},
      {"#3 - #5 high", "in p-units and in '%'"}};
  for (const auto& [text, message] : cases) EXPECT_THAT(error_of(text), HasSubstr(message)) << text;
}

TEST(Objective, KeysAreSafeForFilesAndDifferent) {
  const std::vector<std::string> names = {"IC50 A (nM)", "ic50 a [uM]", "qed",
                                          "../x",        "%",           "Kd \xce\xbc"};
  EXPECT_THAT(target_keys(names, std::vector<std::string>{"qed"}),
              ElementsAre("IC50_A", "ic50_a_2", "qed_2", "x", "target", "Kd"));
}

// 0, 0.1, ..., 10: the 10th percentile is 1, the 95th 9.5, of the negatives -9 and -0.5.
std::vector<double> tenths() {
  std::vector<double> values;
  for (int i = 0; i <= 100; ++i) values.push_back(0.1 * i);
  return values;
}

ComponentConfig component_of(const std::string& text, bool in_potency = true) {
  const std::vector<std::string> files = {"a.safetensors", "b.safetensors", "c.safetensors"};
  return clause_component(read(text)[0], "name", files, tenths(), in_potency);
}

TEST(ClauseComponent, HighAndLowGoFromTheTenthToTheNinetyFifthPercentileOfTheirSide) {
  const ComponentConfig high = component_of("#3 high");
  EXPECT_EQ(high.type, "proxy");
  EXPECT_EQ(high.file, "a.safetensors");
  EXPECT_NEAR(high.transform.low, 1.0, 1e-9);
  EXPECT_NEAR(high.transform.high, 9.5, 1e-9);
  const ComponentConfig low = component_of("#4 low");
  EXPECT_EQ(low.type, "proxy_sum");
  ASSERT_EQ(low.terms.size(), 1u);
  EXPECT_EQ(low.terms[0].file, "b.safetensors");
  EXPECT_EQ(low.terms[0].coefficient, -1);
  EXPECT_NEAR(low.transform.low, -9.0, 1e-9);
  EXPECT_NEAR(low.transform.high, -0.5, 1e-9);
  EXPECT_GT(low.kappa, 0);  // -mean - kappa s: what is uncertain counts as higher
}

TEST(ClauseComponent, EndsAreWhereTheScoreIsFull) {
  const ComponentConfig above = component_of("#3 - #4 above 2");
  EXPECT_EQ(above.transform.type, "sigmoid");
  EXPECT_NEAR(above.transform.low, 1, 1e-9);
  EXPECT_NEAR(above.transform.high, 2, 1e-9);
  ASSERT_EQ(above.terms.size(), 2u);
  EXPECT_EQ(above.terms[0].coefficient, 1);
  EXPECT_EQ(above.terms[1].coefficient, -1);
  const ComponentConfig below = component_of("#3 - #4 below 2");  // B - A above -2
  EXPECT_EQ(below.terms[0].coefficient, -1);
  EXPECT_EQ(below.terms[1].coefficient, 1);
  EXPECT_NEAR(below.transform.high, -2, 1e-9);
  // Half the width of the range where values are no logarithms: (9.5 - 1) / 2.
  EXPECT_NEAR(component_of("#5 above 8", false).transform.low, 8 - 4.25, 1e-9);
}

TEST(ClauseComponent, AWindowHasNoCautiousEnd) {
  const ComponentConfig window = component_of("#3 between 5 and 6");
  EXPECT_EQ(window.transform.type, "double_sigmoid");
  EXPECT_EQ(window.transform.low, 5);
  EXPECT_EQ(window.transform.high, 6);
  EXPECT_EQ(window.kappa, 0);
  EXPECT_NEAR(window.transform.k, 0.5, 1e-9);
  // Half as wide: the same slope per log unit.
  EXPECT_NEAR(component_of("#3 between 5 and 5.5").transform.k, 0.25, 1e-9);
}

TEST(ClauseComponent, TheValueIsTheSumLessKappaDeviations) {
  const std::vector<double> means = {7, 5, 0}, deviations = {0.3, 0.4, 9};
  const auto value = [&](const std::string& text) {
    return clause_value(read(text)[0], component_of(text), means, deviations);
  };
  EXPECT_NEAR(value("#3 high"), 7 - 0.5 * 0.3, 1e-9);
  EXPECT_NEAR(value("#4 low"), -5 - 0.5 * 0.4, 1e-9);
  EXPECT_NEAR(value("#3 - #4 high"), 2 - 0.5 * 0.5, 1e-9);  // 0.3^2 + 0.4^2 = 0.5^2
  EXPECT_NEAR(value("#3 - #4 below 1"), -2 - 0.5 * 0.5, 1e-9);
  EXPECT_NEAR(value("#3 between 6 and 8"), 7, 1e-9);
}

TEST(TableSettings, OneValueForAllOrOneForEachTarget) {
  TableSettings settings;
  EXPECT_EQ(settings.column(0).units, "auto");
  settings.target = {"A", "B"};
  settings.units = {"nM"};
  settings.relation = {"", "qualifier"};
  EXPECT_EQ(settings.column(1).target, "B");
  EXPECT_EQ(settings.column(1).units, "nM");
  EXPECT_EQ(settings.column(0).relation, "");
  EXPECT_EQ(settings.column(1).relation, "qualifier");
  settings.units = {"nM", "uM", "p"};
  EXPECT_THROW(settings.column(0), UserError);
  settings.units.clear();
  settings.direction = {"up"};
  EXPECT_THROW(settings.column(0), UserError);
}

}  // namespace
}  // namespace fragflow
