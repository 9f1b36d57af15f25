#include "src/chem/activity_name.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "src/chem/activity_cell.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;
using Role = ActivityName::Role;

struct Expected {
  const char* name;
  Role role;
  const char* unit;  // "" for none
};

TEST(ActivityName, WhatNamesSay) {
  const Expected expected[] = {
      {"pIC50", Role::kPotency, ""},
      {"pChEMBL Value", Role::kPotency, ""},
      {"p(IC50)", Role::kPotency, ""},
      {"EGFR pKi", Role::kPotency, ""},
      {"-log IC50 (M)", Role::kPotency, "M"},
      {"negLogKi", Role::kPotency, ""},
      {"log(1/EC50)", Role::kPotency, ""},
      {"pIC50 = -log M", Role::kPotency, "M"},
      {"pIC50 (nM)", Role::kPotency, "nM"},
      {"IC50", Role::kConcentration, ""},
      {"IC50 (nM)", Role::kConcentration, "nM"},
      {"IC50nM", Role::kConcentration, "nM"},
      {"IC50_nM_mean", Role::kConcentration, "nM"},
      {"IC50_2_nM", Role::kConcentration, "nM"},
      {"IC50 (nM) at 10 uM ATP", Role::kConcentration, "nM"},
      {"IC50 (\xC2\xB5g/mL)", Role::kConcentration, "ug/mL"},
      {"MIC [mg/L]", Role::kConcentration, "mg/L"},
      {"EC50 ng mL-1", Role::kConcentration, "ng/mL"},
      {"exp_mean [nM]", Role::kConcentration, "nM"},
      {"IC50 (nM) for 50% inhibition", Role::kConcentration, "nM"},
      {"log10_IC50_nM", Role::kLogarithm, "nM"},
      {"log Ki (nM)", Role::kLogarithm, "nM"},
      {"logIC50_M", Role::kLogarithm, "M"},
      {"LogIC50 (M)", Role::kLogarithm, "M"},
      {"EGFR-logKi (uM)", Role::kLogarithm, "uM"},
      {"log_uM", Role::kLogarithm, "uM"},
      {"LN_IC50", Role::kLogarithm, ""},
      {"% inhibition at 10 uM", Role::kPercentage, ""},
      {"Inhibition_10uM", Role::kPercentage, ""},
      {"Inhibition (%) @ 10 \xC2\xB5M", Role::kPercentage, ""},
      {"inh [10 uM]", Role::kPercentage, ""},
      {"Inhibition at 1 uM (%)", Role::kPercentage, ""},
      {"% control at 300 nM", Role::kPercentage, ""},
      {"Residual activity, 1 \xCE\xBCM", Role::kPercentage, ""},
      {"inhibition (nM)", Role::kPercentage, "nM"},
      {"pIC50_std", Role::kSpread, ""},
      {"IC50 SEM (nM)", Role::kSpread, ""},
      {"Ki sd", Role::kSpread, ""},
      {"IC50 \xC2\xB1", Role::kSpread, ""},
      {"pKi error", Role::kSpread, ""},
      {"Kinase X: n", Role::kCount, ""},
      {"IC50 count", Role::kCount, ""},
      {"Std Value (nM)", Role::kConcentration, "nM"},
      {"IC50 (nM, n=3)", Role::kConcentration, "nM"},
      {"measured log solubility in mols per litre", Role::kOther, ""},
      {"Solubility (uM)", Role::kOther, ""},
      {"ATP conc [uM]", Role::kOther, ""},
      {"LogP", Role::kOther, ""},
      {"kinase", Role::kOther, ""},
      {"picking", Role::kOther, ""},
      {"room m", Role::kOther, ""},
  };
  for (const Expected& one : expected) {
    const ActivityName read = read_activity_name(one.name);
    EXPECT_EQ(static_cast<int>(read.role), static_cast<int>(one.role)) << one.name;
    EXPECT_EQ(read.unit ? read.unit->name : "", one.unit) << one.name;
  }
  EXPECT_DOUBLE_EQ(read_activity_name("LN_IC50").decades, 1 / std::log(10.0));
  EXPECT_DOUBLE_EQ(read_activity_name("log2 Ki (nM)").decades, std::log10(2.0));
}

TEST(ActivityUnits, LogarithmsAndMasses) {
  // A log10 of 2.5 of the concentration in nM is 10^2.5 nM: 9 - 2.5.
  EXPECT_DOUBLE_EQ(*to_potency(2.5, parse_activity_unit("log nM")), 6.5);
  EXPECT_DOUBLE_EQ(*to_potency(2.5, parse_activity_unit("log10(uM)")), 3.5);
  EXPECT_DOUBLE_EQ(*to_potency(-6.5, parse_activity_unit("log M")), 6.5);
  EXPECT_DOUBLE_EQ(*to_potency(-2.5, parse_activity_unit("-log nM")), 6.5);
  EXPECT_DOUBLE_EQ(*to_potency(2.0, parse_activity_unit("ln uM")), 6 - 2 / std::log(10.0));
  EXPECT_DOUBLE_EQ(*to_potency(3.0, parse_activity_unit("log2 uM")), 6 - std::log10(8.0));
  EXPECT_EQ(parse_activity_unit("-log M").name, "p");
  EXPECT_TRUE(parse_activity_unit("log nM").falls());
  EXPECT_FALSE(parse_activity_unit("-log nM").falls());
  // 180 ug/mL of a compound of 180 g/mol are 1 mmol/L.
  for (const char* text : {"ug/mL", "mg/L", "ng/uL", "ug.mL-1", "\xC2\xB5g mL-1", "mcg/ml"}) {
    ASSERT_EQ(parse_activity_unit(text).kind, Kind::kMass) << text;
    EXPECT_DOUBLE_EQ(*to_potency(180, parse_activity_unit(text), 180), 3) << text;
  }
  EXPECT_DOUBLE_EQ(*to_potency(180, parse_activity_unit("ng/mL"), 180), 6);
  EXPECT_DOUBLE_EQ(*to_potency(0.18, parse_activity_unit("g/L"), 180), 3);
  EXPECT_EQ(to_potency(180, parse_activity_unit("ug/mL")), std::nullopt);
}

TEST(ActivityCell, NumbersWithErrorsAndUnits) {
  const struct {
    const char *text, *number, *unit;
  } expected[] = {{"12", "12", ""},
                  {"12 nM", "12", "nM"},
                  {"12nM", "12", "nM"},
                  {"1.5e-3 \xC2\xB5M", "1.5e-3", "\xC2\xB5M"},
                  {"12 \xC2\xB1 1", "12", ""},
                  {"12\xC2\xB1"
                   "1.5",
                   "12", ""},
                  {"12+/-1", "12", ""},
                  {"12 +/- 1 uM", "12", "uM"},
                  {"12 uM \xC2\xB1 1 uM", "12", "uM"},
                  {"12 (\xC2\xB1 1)", "12", ""},
                  {"12 \xC2\xB1 10 %", "12", ""},
                  {"1.9e+04 \xC2\xB1 1.9e+03", "1.9e+04", ""},
                  {"12.5 (n=3)", "12.5", ""},
                  {"34 %", "34", "%"},
                  {"2 ug/mL", "2", "ug/mL"},
                  {"1,234", "1,234", ""},
                  {"-4.5", "-4.5", ""},
                  // No part of these is a number with what may stand behind one.
                  {"12 x", "12 x", ""},
                  {"10-20", "10-20", ""},
                  {"12 \xC2\xB1 x", "12 \xC2\xB1 x", ""},
                  {"n.d.", "n.d.", ""},
                  {"", "", ""}};
  for (const auto& one : expected) {
    const ActivityCell cell = split_cell(one.text);
    EXPECT_EQ(cell.number, one.number) << one.text;
    EXPECT_EQ(cell.unit, one.unit) << one.text;
    EXPECT_EQ(cell.relation, Relation::kEqual) << one.text;
  }
  const ActivityCell bound = split_cell(">= 10 uM");
  EXPECT_EQ(bound.relation, Relation::kAbove);
  EXPECT_EQ(bound.number, "10");
  EXPECT_EQ(bound.unit, "uM");
  EXPECT_EQ(split_cell("~631").number, "631");
}

}  // namespace
}  // namespace fragflow
