#include "src/design/design_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <regex>
#include <sstream>

namespace fragflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What is said of one activity where nothing is wrong.
ActivityFacts good_activity() {
  ActivityFacts activity;
  TableFacts& table = activity.table;
  table.rows = 1200;
  table.molecules = 1000;
  table.merged = 40;
  table.bounded = 70;
  table.bound_rows = 80;
  table.rejected.censored = 20;
  table.rejected.unit = 3;
  table.rejected.structure = 1;
  table.unit = "nM";
  table.unit_source = "here";
  table.scaffolds = 80;
  table.delimiter = ";";
  table.in_potency = true;
  table.min = 4.0;
  table.p05 = 4.5;
  table.median = 6.0;
  table.p95 = 8.0;
  table.max = 9.0;
  table.repeated = 30;
  table.conflicts = 2;
  table.conflict_spread = 1.0;
  table.columns.target = "IC50";
  table.columns.type = "Type";
  table.columns.assayed = "Target";
  table.types = {{"IC50", 1000}};
  ProxyFacts& proxy = activity.proxy;
  proxy.model = "gp";
  proxy.random_r2 = 0.8;
  proxy.random_rmse = 0.4;
  proxy.scaffold_r2 = 0.7;
  proxy.scaffold_rmse = 0.5;
  proxy.check = true;
  proxy.check_model = "forest";
  PredictionFacts& predictions = activity.predictions;
  predictions.best_prediction = 8;
  predictions.median_prediction = predictions.mean_prediction = 7;
  predictions.best_known = 9;
  predictions.disagree = 2;
  predictions.second_mean = 6.1;
  predictions.second_of_actives = 7.6;
  predictions.second_correlation = 0.4;
  return activity;
}

// A design that nothing is wrong with.
DesignFacts good() {
  DesignFacts facts;
  facts.activities = {good_activity()};
  facts.fragments = "90 fragments.";
  facts.motifs.list = {{"urea", "NC(=O)N", 4, 0.962, 0.81}};
  facts.kept = {{"urea", 0.962, 0.98}};
  facts.train.steps = 1000;
  facts.train.trajectories = 64000;
  facts.train.samples = 10000;
  facts.train.unique = 0.98;
  facts.train.first_score = 0.1;
  facts.train.mean_score = 0.5;
  facts.train.beta = 12;
  facts.list.count = facts.list.wanted = 50;
  facts.list.similarity_cut = 0.7;
  facts.list.candidates = 9000;
  facts.list.compared = 8000;
  facts.list.known = 1;
  facts.list.scaffolds = 40;
  facts.list.median_similarity = 0.5;
  facts.candidates = {{"c1ccccc1O", 0.75, {{7.5, 0.5, 7.1}}, 0.55}};
  return facts;
}

TEST(DesignWarnings, NoneWithoutCause) { EXPECT_THAT(design_warnings(good()), IsEmpty()); }

TEST(DesignSummary, SaysWhatBecameOfTheBounds) {
  const auto summary = [](const DesignFacts& facts) {
    return std::regex_replace(design_summary(facts, {}, "out"), std::regex("\\s+"), " ");
  };
  DesignFacts facts = good();
  ProxyFacts& proxy = facts.activities[0].proxy;
  proxy.bounds = {80, true, 0.75, 0.2};
  EXPECT_THAT(
      summary(facts),
      HasSubstr("80 bounds learned from, as bounds; of held-out bounds the model keeps 75 % "
                "if it learns from the others, 20 % without (new scaffolds)."));
  proxy.bounds = {80, false, {}, 0.2};
  EXPECT_THAT(summary(facts), HasSubstr("80 bounds left out."));
  proxy.model = "mpnn";
  EXPECT_THAT(summary(facts), HasSubstr("only a Gaussian process learns from them"));

  // Many bounds are a reason for doubt where nothing was learned from them.
  facts.activities[0].table.bound_rows = 600;
  EXPECT_THAT(design_warnings(facts), Contains(HasSubstr("52 % of the rows are bounds")));
  proxy.bounds->learned = true;
  EXPECT_THAT(design_warnings(facts), IsEmpty());
}

TEST(DesignWarnings, EachCauseHasItsOwn) {
  struct Case {
    std::function<void(DesignFacts& facts, ActivityFacts& activity)> change;
    const char* expected;
  };
  const Case cases[] = {
      {[](auto&, auto& a) { a.proxy.scaffold_r2 = 0.1; }, "HARDLY PREDICTS: R2 0.10"},
      {[](auto&, auto& a) { a.proxy.random_r2 = 0.96; }, "own series better than new ones"},
      {[](auto&, auto& a) { a.proxy.check = false; }, "no second model"},
      {[](auto&, auto& a) { a.proxy.drawn = 500, a.proxy.drawn_from = 1000; },
       "learned from 500 of the 1000 compounds only"},
      {[](auto&, auto& a) { a.table.molecules = 49; }, "Only 49 compounds"},
      {[](auto&, auto& a) { a.table.molecules = 199; }, "fewer than 200"},
      {[](auto&, auto& a) { a.table.p95 = 5.9; }, "span only 1.4 log units"},
      {[](auto&, auto& a) { a.table.bound_rows = 281; }, "25 % of the rows are bounds"},
      {[](auto&, auto& a) { a.table.conflicts = 7; }, "7 of 30 compounds"},
      {[](auto&, auto& a) {
         a.table.types = {{"Ki", 10}, {"IC50", 990}};
       },
       "IC50 (990 rows), Ki (10 rows)"},
      {[](auto&, auto& a) {
         a.table.assayed = {{"A", 10}, {"B", 90}};
       },
       "--where \"Target=...\""},
      {[](auto& f, auto&) { f.list.median_similarity = 0.39; }, "median Tanimoto 0.39"},
      {[](auto&, auto& a) { a.predictions.above_data = 13; },
       "26 % of the shortlist are predicted better"},
      {[](auto&, auto& a) { a.predictions.disagree = 13; }, "second model"},
      {[](auto& f, auto&) { f.opinion = {"ranks are off"}; }, "The two models part: ranks are off"},
      {[](auto&, auto& a) { a.predictions.second_mean = 5.9; },
       "worse than the median of the table (6.00)"},
      {[](auto&, auto& a) { a.predictions.second_correlation = 0.05; },
       "rank correlation 0.05 over 8000"},
      {[](auto& f, auto&) {
         f.kept = {{"urea", 0.96, 0.74}};
       },
       "Only 74 % of the shortlist have what 96 % of the best quarter of the table share: urea"},
      {[](auto& f, auto&) { f.list.count = 49; }, "Only 49 of 50"},
      {[](auto& f, auto&) { f.train.warnings = {"it stood still"}; }, "it stood still"},
      {[](auto& f, auto&) { f.train.unique = 0.4; },
       "only 40 % of the samples are distinct. Lower the pressure (--set reward.beta=6)"},
      {[](auto& f, auto&) { f.train.mean_score = 0.14; }, "train longer (--steps 4000)"}};
  for (const Case& one : cases) {
    DesignFacts facts = good();
    one.change(facts, facts.activities[0]);
    EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr(one.expected)));
  }
}

TEST(DesignWarnings, AWeakModel) {
  DesignFacts facts = good();
  facts.activities[0].proxy.scaffold_r2 = 0.45;
  facts.activities[0].proxy.random_r2 = 0.6;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("is weak: R2 0.45")));
}

TEST(DesignWarnings, WithoutASecondModelNothingIsSaidOfIt) {
  DesignFacts facts = good();
  PredictionFacts& predictions = facts.activities[0].predictions;
  predictions.second_mean.reset();
  predictions.second_of_actives.reset();
  predictions.second_correlation = NAN;
  EXPECT_THAT(design_warnings(facts), IsEmpty());
  EXPECT_THAT(design_summary(facts, {}, "out"), testing::Not(HasSubstr("Second opinion")));
}

TEST(DesignSummary, SaysWhatWasReadAndWhatItIsWorth) {
  DesignFacts facts = good();
  facts.train.stop_reason = "the time is over";
  facts.activities[0].table.notes = {"Column 'op' has the relations.", "No activity: 'n'."};
  const std::string wrapped = design_summary(facts, {"first warning"}, "out");
  // Where lines are broken does not matter.
  const std::string text = std::regex_replace(wrapped, std::regex("\\s+"), " ");
  for (const char* part :
       {"1,200 rows read (semicolon separated), 1,000 compounds used",
        "20 bounds of measured compounds",
        "80 bounds (\">\" or \"<\") of 70 compounds",
        "3 values in units that do not fit",
        "1 structure",
        "40 rows repeat a compound",
        "column 'IC50' in nM",
        "-log10 of the molar concentration",
        "R2 0.70, RMSE 0.50 on new scaffolds",
        "off by a factor of 3.2",
        "- first warning",
        "Column 'op' has the relations.",
        "No activity: 'n'.",
        "Training ended early: the time is over.",
        "urea: 96.2 % of the best quarter, 81.0 % of all compounds, 98 % of the shortlist",
        "Second opinion (random forest, which does not extrapolate): 6.10 on average",
        "of its best quarter it says 7.60",
        "over 8,000 candidates: 0.40",
        "c1ccccc1O",
        "7.50 +- 0.50",
        "shortlist.csv"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  std::istringstream lines(wrapped);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

// The same design of two activities, the second of which should be low.
DesignFacts two_targets() {
  DesignFacts facts = good();
  ActivityFacts a = good_activity(), b = a;
  a.key = "A";
  a.name = "IC50";
  b.key = "B";
  b.name = b.table.columns.target = "Ki";
  b.better = -1;
  b.predictions.second_mean = 5.9;
  facts.activities = {a, b};
  facts.objective = {{{"IC50 high", "A", false, "sigmoid", {5.0, 8.0}, {}},
                      {"Ki low", "B", true, "sigmoid", {-7.0, -5.0}, {}}},
                     /*molecules=*/1500,
                     /*all_measured=*/500,
                     /*actives=*/375,
                     /*actives_measured=*/100};
  facts.candidates = {{"c1ccccc1O", 0.75, {{7.5, 0.5, 7.1}, {4.9, 0.4, 5.2}}, 0.55}};
  return facts;
}

TEST(DesignWarnings, OfSeveralActivitiesEachHasItsOwn) {
  EXPECT_THAT(design_warnings(two_targets()), IsEmpty());
  DesignFacts facts = two_targets();
  facts.activities[1].proxy.scaffold_r2 = 0.1;
  facts.list.median_similarity = 0.3;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("Ki: THE MODEL OF ACTIVITY HARDLY"),
                                                  HasSubstr("median Tanimoto 0.30")));
  facts = two_targets();
  facts.objective->clauses[1].measured_both = 19;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("Only 19 compounds have both values")));
  // Above the median is worse where low is wanted, and neither where a window is.
  facts = two_targets();
  facts.activities[1].predictions.second_mean = 6.1;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("Ki: The second model predicts 6.10")));
  facts.activities[1].better = 0;
  EXPECT_THAT(design_warnings(facts), IsEmpty());
}

TEST(DesignSummary, OfSeveralActivitiesHasAllOfThem) {
  const std::string wrapped = design_summary(two_targets(), {}, "out");
  const std::string text = std::regex_replace(wrapped, std::regex("\\s+"), " ");
  for (const char* part :
       {"DATA: IC50 1,200 rows", "DATA: Ki 1,200 rows", "MODEL OF ACTIVITY: Ki Gaussian",
        "rejected_B.csv", "second_prediction_B",
        "IC50 high: half the score at 6.5, all of it from 8 on",
        "Ki low: half the score at -6, all of it from -5 on of the negative (B)",
        "500 compounds of 1,500 compounds have all values", "100 of its 375 compounds",
        "(1) second (2) second near structure", "7.50 +- 0.50 7.10 4.90 +- 0.40 5.20 0.55",
        "(1) IC50, (2) Ki"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, testing::Not(HasSubstr("selectivity, toxicity")));
  std::istringstream lines(wrapped);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

}  // namespace
}  // namespace fragflow
