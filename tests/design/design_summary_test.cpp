#include "src/design/design_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A design that nothing is wrong with.
DesignFacts good() {
  DesignFacts facts;
  facts.table = {{"rows", 1200},
                 {"filtered", 0},
                 {"molecules", 1000},
                 {"merged", 40},
                 {"bounded", 70},
                 {"bound_rows", 80},
                 {"unit", "nM"},
                 {"scaffolds", 80},
                 {"delimiter", ";"},
                 {"in_potency", true},
                 {"unit_source", "here"},
                 {"min", 4.0},
                 {"p05", 4.5},
                 {"median", 6.0},
                 {"p95", 8.0},
                 {"max", 9.0},
                 {"repeated", 30},
                 {"conflicts", 2},
                 {"conflict_spread", 1.0},
                 {"higher_is_better", true}};
  facts.table["rejected"] = {
      {"censored", 20}, {"value", 0}, {"unit", 3}, {"flagged", 0}, {"structure", 1}};
  facts.table["columns"] = {{"target", "IC50"}, {"type", "Type"}, {"assayed", "Target"}};
  facts.table["types"] = {{"IC50", 1000}};
  facts.table["assayed"] = Json::object();
  facts.vocabulary = {{"summary", "90 fragments."}};
  facts.proxy = {{"model", "gp"},      {"random_r2", 0.8},     {"random_rmse", 0.4},
                 {"scaffold_r2", 0.7}, {"scaffold_rmse", 0.5}, {"check", true}};
  facts.train = {{"steps", 1000},  {"trajectories", 64000}, {"samples", 10000},
                 {"unique", 0.98}, {"first_score", 0.1},    {"last_score", 0.5},
                 {"beta", 12}};
  facts.shortlist = {{"count", 50},
                     {"wanted", 50},
                     {"similarity_cut", 0.7},
                     {"candidates", 9000},
                     {"known", 1},
                     {"scaffolds", 40},
                     {"best_prediction", 8},
                     {"median_prediction", 7},
                     {"best_known", 9},
                     {"median_similarity", 0.5},
                     {"above_data", 0},
                     {"disagree", 2},
                     {"second_mean", 6.1},
                     {"second_of_actives", 7.6},
                     {"mean_prediction", 7},
                     {"second_correlation", 0.4}};
  facts.proxy["check_model"] = "forest";
  facts.table["motifs"]["list"] = {
      {{"name", "urea"}, {"smarts", "NC(=O)N"}, {"among_actives", 0.962}, {"among_all", 0.81}}};
  facts.shortlist["motifs"] = {
      {{"name", "urea"}, {"among_actives", 0.962}, {"among_candidates", 0.98}}};
  facts.shortlist["molecules"] = {{{"rank", 1},
                                   {"smiles", "c1ccccc1O"},
                                   {"score", 0.75},
                                   {"prediction", 7.5},
                                   {"uncertainty", 0.5},
                                   {"second_prediction", 7.1},
                                   {"nearest_name", "phenol"},
                                   {"nearest_similarity", 0.55}}};
  return facts;
}

TEST(DesignWarnings, NoneWithoutCause) { EXPECT_THAT(design_warnings(good()), IsEmpty()); }

TEST(DesignSummary, SaysWhatBecameOfTheBounds) {
  const auto summary = [](const DesignFacts& facts) {
    return std::regex_replace(design_summary(facts, {}, "out"), std::regex("\\s+"), " ");
  };
  DesignFacts facts = good();
  facts.proxy["bounds"] = {
      {"count", 80}, {"learned", true}, {"met_learn", 0.75}, {"met_left_out", 0.2}};
  EXPECT_THAT(
      summary(facts),
      HasSubstr("80 bounds learned from, as bounds; of held-out bounds the model keeps 75 % "
                "if it learns from the others, 20 % without (new scaffolds)."));
  facts.proxy["bounds"] = {{"count", 80}, {"learned", false}, {"met_left_out", 0.2}};
  EXPECT_THAT(summary(facts), HasSubstr("80 bounds left out."));
  facts.proxy["model"] = "mpnn";
  EXPECT_THAT(summary(facts), HasSubstr("only a Gaussian process learns from them"));

  // Many bounds are a reason for doubt where nothing was learned from them.
  facts.table["bound_rows"] = 600;
  EXPECT_THAT(design_warnings(facts), Contains(HasSubstr("52 % of the rows are bounds")));
  facts.proxy["bounds"]["learned"] = true;
  EXPECT_THAT(design_warnings(facts), IsEmpty());
}

TEST(DesignWarnings, EachCauseHasItsOwn) {
  struct Case {
    Json DesignFacts::*part;
    const char* key;
    Json value;
    const char* expected;
  };
  const Case cases[] = {
      {&DesignFacts::proxy, "scaffold_r2", 0.1, "HARDLY PREDICTS: R2 0.10"},
      {&DesignFacts::proxy, "random_r2", 0.96, "own series better than new ones"},
      {&DesignFacts::proxy, "check", false, "no second model"},
      {&DesignFacts::table, "molecules", 49, "Only 49 compounds"},
      {&DesignFacts::table, "molecules", 199, "fewer than 200"},
      {&DesignFacts::table, "p95", 5.9, "span only 1.4 log units"},
      {&DesignFacts::table, "bound_rows", 281, "25 % of the rows are bounds"},
      {&DesignFacts::table, "conflicts", 7, "7 of 30 compounds"},
      {&DesignFacts::table, "types", {{"Ki", 10}, {"IC50", 990}}, "IC50 (990 rows), Ki (10 rows)"},
      {&DesignFacts::table, "assayed", {{"A", 10}, {"B", 90}}, "--where \"Target=...\""},
      {&DesignFacts::shortlist, "median_similarity", 0.39, "median Tanimoto 0.39"},
      {&DesignFacts::shortlist, "above_data", 13, "26 % of the shortlist are predicted better"},
      {&DesignFacts::shortlist, "disagree", 13, "second model"},
      {&DesignFacts::shortlist, "opinion", {"ranks are off"}, "The two models part: ranks are off"},
      {&DesignFacts::shortlist, "second_mean", 5.9, "worse than the median of the table (6.00)"},
      {&DesignFacts::shortlist, "second_correlation", 0.05, "rank correlation 0.05 over 9000"},
      {&DesignFacts::shortlist,
       "motifs",
       {{{"name", "urea"}, {"among_actives", 0.96}, {"among_candidates", 0.74}}},
       "Only 74 % of the shortlist have what 96 % of the best quarter of the table share: urea"},
      {&DesignFacts::shortlist, "count", 49, "Only 49 of 50"},
      {&DesignFacts::train, "unique", 0.4,
       "only 40 % of the samples are distinct. Lower the pressure (--set reward.beta=6)"},
      {&DesignFacts::train, "last_score", 0.14, "train longer (--steps 4000)"}};
  for (const Case& one : cases) {
    DesignFacts facts = good();
    (facts.*one.part)[one.key] = one.value;
    EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr(one.expected))) << one.key;
  }
}

TEST(DesignWarnings, AWeakModel) {
  DesignFacts facts = good();
  facts.proxy["scaffold_r2"] = 0.45;
  facts.proxy["random_r2"] = 0.6;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("is weak: R2 0.45")));
}

TEST(DesignSummary, SaysWhatWasReadAndWhatItIsWorth) {
  DesignFacts facts = good();
  facts.train["stop_reason"] = "the time is over";
  facts.table["notes"] = {"Column 'op' has the relations.", "No activity: 'n'."};
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
        "over 9,000 candidates: 0.40",
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
  DesignFacts one = good(), facts = one;
  Json a = one.table, b = one.table, chosen = one.shortlist;
  a["key"] = "A";
  b["key"] = "B";
  a["wanted"] = b["wanted"] = "high";
  b["columns"]["target"] = "Ki";
  chosen.update({{"key", "A"}, {"name", "IC50"}, {"better", 1}});
  Json low = chosen;
  low.update({{"key", "B"}, {"name", "Ki"}, {"better", -1}, {"second_mean", 5.9}});
  facts.table = {{"targets", {a, b}}, {"molecules", 1500}, {"all_measured", 500}};
  facts.table["motifs"] = one.table["motifs"];
  facts.proxy = {{"targets", {one.proxy, one.proxy}}};
  facts.vocabulary.update({{"actives", 375}, {"actives_measured", 100}});
  facts.config = {{"clauses",
                   {{{"text", "IC50 high"},
                     {"component", "A"},
                     {"transform", "sigmoid"},
                     {"negative", false},
                     {"low", 5.0},
                     {"high", 8.0}},
                    {{"text", "Ki low"},
                     {"component", "B"},
                     {"transform", "sigmoid"},
                     {"negative", true},
                     {"low", -7.0},
                     {"high", -5.0}}}}};
  facts.shortlist["targets"] = {chosen, low};
  facts.shortlist["molecules"] = {{{"rank", 1},
                                   {"smiles", "c1ccccc1O"},
                                   {"score", 0.75},
                                   {"prediction_A", 7.5},
                                   {"uncertainty_A", 0.5},
                                   {"second_prediction_A", 7.1},
                                   {"prediction_B", 4.9},
                                   {"uncertainty_B", 0.4},
                                   {"second_prediction_B", 5.2},
                                   {"nearest_similarity", 0.55}}};
  return facts;
}

TEST(DesignWarnings, OfSeveralActivitiesEachHasItsOwn) {
  EXPECT_THAT(design_warnings(two_targets()), IsEmpty());
  DesignFacts facts = two_targets();
  facts.proxy["targets"][1]["scaffold_r2"] = 0.1;
  facts.shortlist["median_similarity"] = 0.3;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("Ki: THE MODEL OF ACTIVITY HARDLY"),
                                                  HasSubstr("median Tanimoto 0.30")));
  facts = two_targets();
  facts.config["clauses"][1]["measured_both"] = 19;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("Only 19 compounds have both values")));
  // Above the median is worse where low is wanted, and neither where a window is.
  facts = two_targets();
  facts.shortlist["targets"][1]["second_mean"] = 6.1;
  EXPECT_THAT(design_warnings(facts), ElementsAre(HasSubstr("Ki: The second model predicts 6.10")));
  facts.shortlist["targets"][1]["better"] = 0;
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
