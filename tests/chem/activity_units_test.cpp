#include "src/chem/activity_units.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "src/chem/activity_name.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;

TEST(ActivityUnits, ConcentrationsInEverySpelling) {
  const std::pair<const char*, double> nanomolar[] = {{"nM", 1},
                                                      {"nm", 1},
                                                      {"uM", 1e3},
                                                      {"\xC2\xB5M", 1e3},
                                                      {"\xCE\xBCM", 1e3},
                                                      {"\xB5M", 1e3},
                                                      {"mM", 1e6},
                                                      {"M", 1e9},
                                                      {"pM", 1e-3},
                                                      {"nmol/L", 1},
                                                      {"\xC2\xB5mol/L", 1e3},
                                                      {"nanomolar", 1},
                                                      {"nmol.L-1", 1},
                                                      {" nM ", 1}};
  for (const auto& [text, factor] : nanomolar) {
    const ActivityUnit unit = parse_activity_unit(text);
    EXPECT_EQ(unit.kind, Kind::kConcentration) << text;
    EXPECT_EQ(unit.nanomolar, factor) << text;
  }
  for (const char* text : {"p", "pIC50", "pKi", "-Log10 M", "pChEMBL"}) {
    EXPECT_EQ(parse_activity_unit(text).kind, Kind::kPotency) << text;
  }
  for (const char* text : {"%", "m", "", "min", "nM/h"}) {
    EXPECT_EQ(parse_activity_unit(text).kind, Kind::kOther) << text;
  }
}

TEST(ActivityUnits, ColumnNamesTellTheirUnit) {
  for (const char* name : {"pIC50", "pChEMBL Value", "EGFR pKi", "pic50_mean", "-log IC50 (M)"}) {
    ASSERT_TRUE(unit_in_name(name)) << name;
    EXPECT_EQ(unit_in_name(name)->kind, Kind::kPotency) << name;
  }
  const std::pair<const char*, double> nanomolar[] = {{"IC50 (nM)", 1},
                                                      {"Ki_uM", 1e3},
                                                      {"IC50 [\xC2\xB5M]", 1e3},
                                                      {"EC50 nmol/L", 1},
                                                      {"IC50 (M)", 1e9}};
  for (const auto& [name, factor] : nanomolar) {
    ASSERT_TRUE(unit_in_name(name)) << name;
    EXPECT_EQ(unit_in_name(name)->nanomolar, factor) << name;
  }
  // A name may end with m, and "picking" is no pKi.
  for (const char* name : {"IC50", "Standard Value", "activity", "room m", "picking", "LogIC50"}) {
    EXPECT_FALSE(unit_in_name(name)) << name;
  }
  EXPECT_TRUE(names_concentration("Ki"));
  EXPECT_TRUE(names_concentration("EGFR IC50"));
  EXPECT_FALSE(names_concentration("kinase"));
}

TEST(ActivityUnits, PotencyIsMinusLog10OfTheMolarConcentration) {
  EXPECT_DOUBLE_EQ(*to_potency(50, parse_activity_unit("nM")), -std::log10(50e-9));
  EXPECT_DOUBLE_EQ(*to_potency(0.2, parse_activity_unit("uM")), -std::log10(0.2e-6));
  EXPECT_DOUBLE_EQ(*to_potency(3, parse_activity_unit("M")), -std::log10(3.0));
  EXPECT_EQ(to_potency(6.5, parse_activity_unit("p")), 6.5);
  EXPECT_EQ(to_potency(0, parse_activity_unit("nM")), std::nullopt);
  EXPECT_EQ(to_potency(50, parse_activity_unit("%")), std::nullopt);
}

TEST(ActivityUnits, RelationsWithinAndBesideValues) {
  std::string_view rest;
  for (const char* text : {">50", ">=50", "\xE2\x89\xA5 50", " > 50", ">>50"}) {
    EXPECT_EQ(split_relation(text, rest), Relation::kAbove) << text;
    EXPECT_EQ(rest, "50") << text;
  }
  for (const char* text : {"<50", "< 50", "<=50", "\xE2\x89\xA4 50", "<<50", "<~50"}) {
    EXPECT_EQ(split_relation(text, rest), Relation::kBelow) << text;
    EXPECT_EQ(rest, "50") << text;
  }
  for (const char* text : {"<>50", "><50"}) {
    EXPECT_EQ(split_relation(text, rest), Relation::kUnknown) << text;
  }
  for (const char* text : {"50", "=50", "~50"}) {
    EXPECT_EQ(split_relation(text, rest), Relation::kEqual) << text;
    EXPECT_EQ(rest, "50") << text;
  }
  for (const char* text : {"", "=", "'='", "\"=\"", "~"}) {
    EXPECT_EQ(read_relation(text), Relation::kEqual) << text;
  }
  for (const char* text : {"'>'", ">=", "'>>'"}) {
    EXPECT_EQ(read_relation(text), Relation::kAbove) << text;
  }
  for (const char* text : {"'<'", "<=", "\"<\""}) {
    EXPECT_EQ(read_relation(text), Relation::kBelow) << text;
  }
  EXPECT_EQ(turned(Relation::kAbove), Relation::kBelow);
  EXPECT_EQ(turned(Relation::kBelow), Relation::kAbove);
  EXPECT_EQ(turned(Relation::kEqual), Relation::kEqual);
  EXPECT_EQ(read_relation("inactive"), Relation::kUnknown);
}

}  // namespace
}  // namespace fragflow
