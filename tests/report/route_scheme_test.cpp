#include "src/report/route_scheme.hpp"

#include <gtest/gtest.h>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++number;
  }
  return number;
}

const char* const kTwoSteps =
    "reductive amination: C1CCNCC1.O=Cc1ccc(Br)cc1>>Brc1ccc(CN2CCCCC2)cc1 ; "
    "Suzuki: in water: Brc1ccc(CN2CCCCC2)cc1.OB(O)c1ccccc1>>c1ccc(-c2ccc(CN3CCCCC3)cc2)cc1";

TEST(RouteScheme, TextIsReadAsItIsWritten) {
  const auto scheme = scheme_of_text(kTwoSteps);
  ASSERT_TRUE(scheme);
  ASSERT_EQ(scheme->steps.size(), 2u);
  EXPECT_EQ(scheme->steps[0].reaction, "reductive amination");
  EXPECT_EQ(scheme->steps[0].reactants[0].smiles, "C1CCNCC1");
  EXPECT_EQ(scheme->steps[0].reactants[1].smiles, "O=Cc1ccc(Br)cc1");
  EXPECT_EQ(scheme->steps[0].product, "Brc1ccc(CN2CCCCC2)cc1");
  EXPECT_EQ(scheme->steps[1].reaction, "Suzuki: in water");
  EXPECT_EQ(scheme->steps[1].reactants[0].from_step, 1);
  EXPECT_EQ(scheme->steps[1].reactants[1].from_step, 0);
  EXPECT_EQ(scheme->steps[1].product, "c1ccc(-c2ccc(CN3CCCCC3)cc2)cc1");
}

TEST(RouteScheme, OtherTextsAreNoRoutes) {
  for (const char* text : {"", "none: no order of its steps keeps competing groups apart",
                           "amide: C.N", "amide: C>>N", "C.N>>CN", "amide: C.N>>CN ; more"}) {
    EXPECT_FALSE(scheme_of_text(text)) << text;
  }
}

TEST(RouteScheme, JsonBringsNamesPricesConditionsAndYields) {
  const RouteScheme scheme = scheme_of_json(R"({"steps": [
      {"reaction": "amide", "class": "acylation", "conditions": "HATU", "yield": 0.8,
       "reactants": [{"smiles": "CC(=O)O", "name": "acetic acid", "price": 2.5},
                     {"smiles": "CN", "name": "A-1"}], "product": "CNC(C)=O"},
      {"reaction": "alkylation", "class": "N", "conditions": "",
       "reactants": [{"smiles": "CNC(C)=O", "step": 1}, {"smiles": "CI"}],
       "product": "CN(C)C(C)=O"}], "price": 12, "yield": 0.4})");
  ASSERT_EQ(scheme.steps.size(), 2u);
  EXPECT_EQ(scheme.steps[0].conditions, "HATU; 80 %");
  EXPECT_EQ(scheme.steps[0].reactants[0].note, "acetic acid, 2.5 a unit");
  EXPECT_EQ(scheme.steps[0].reactants[1].note, "A-1");
  EXPECT_EQ(scheme.steps[1].reactants[0].from_step, 1);
  EXPECT_EQ(scheme.remark,
            "Bought compounds: 12 a unit of each. Yield of all steps as the reactions say: 40 %.");
  EXPECT_THROW(scheme_of_json("[]"), InternalError);
  EXPECT_THROW(scheme_of_json("amide"), InternalError);
}

TEST(RouteScheme, WhatAStepMadeIsNotDrawnAgain) {
  const std::string html = route_scheme_html(*scheme_of_text(kTwoSteps));
  EXPECT_EQ(count(html, "<svg"), 5u);  // three compounds bought, two products
  EXPECT_EQ(count(html, "product of step 1"), 1u);
  EXPECT_EQ(count(html, "<li "), 2u);
  EXPECT_LT(html.find("1. reductive amination"), html.find("2. Suzuki: in water"));
}

TEST(RouteScheme, TextsAreEscaped) {
  RouteScheme scheme{{{"<i>", "<u>", {{"C", "<b>", 0}, {"<s>", "", 0}}, "CC"}}, "<em>"};
  const std::string html = route_scheme_html(scheme);
  for (const char* tag : {"<i>", "<u>", "<b>", "<s>", "<em>"}) {
    EXPECT_EQ(count(html, tag), std::string(tag) == "<b>" ? 1u : 0u) << tag;  // <b>1. ...</b>
  }
  EXPECT_EQ(count(html, "&lt;s&gt;"), 2u);  // instead of a drawing, and its label
}

TEST(RouteScheme, ARemarkAloneIsShown) {
  EXPECT_EQ(route_scheme_html({{}, "Route: none"}), "<p class=\"hint\">Route: none</p>\n");
}

}  // namespace
}  // namespace fragflow
