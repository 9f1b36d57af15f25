#include "src/run/stop_rules.hpp"

#include <gmock/gmock.h>

namespace fragflow {
namespace {

using testing::HasSubstr;
using testing::Optional;

StopRules rules_after(const StopConfig& config, const std::vector<TrainingProgress>& rows) {
  StopRules rules(config);
  for (const TrainingProgress& row : rows) rules.add(row);
  return rules;
}

TEST(StopRules, NoneAreSetByDefault) {
  const StopRules rules = rules_after({}, {{10, 100, 100, 0.5}, {1000, 10000, 100, 0.5}});
  EXPECT_EQ(rules.reason(1'000'000, 1e6), std::nullopt);
}

TEST(StopRules, BudgetAndTime) {
  StopConfig config;
  config.reward_calls = 500;
  config.minutes = 2;
  const StopRules rules = rules_after(config, {});
  EXPECT_EQ(rules.reason(499, 1.99), std::nullopt);
  EXPECT_THAT(rules.reason(500, 0), Optional(HasSubstr("500 distinct objects")));
  EXPECT_THAT(rules.reason(0, 2), Optional(HasSubstr("2.0 minutes")));
}

TEST(StopRules, PlateauIsMeasuredOverAtLeastItsSteps) {
  StopConfig config;
  config.plateau_steps = 20;
  config.plateau_gain = 0.01;
  std::vector<TrainingProgress> rows = {{10, 0, 0, 0.50}, {20, 0, 0, 0.60}};
  EXPECT_EQ(rules_after(config, rows).reason(0, 0), std::nullopt);  // too early to tell
  rows.push_back({35, 0, 0, 0.605});  // 20 steps before is 15: the row at 10 counts
  EXPECT_EQ(rules_after(config, rows).reason(0, 0), std::nullopt);
  rows.push_back({40, 0, 0, 0.609});  // + .009 since step 20
  EXPECT_THAT(rules_after(config, rows).reason(0, 0), Optional(HasSubstr("0.009 in 20 steps")));
  config.plateau_gain = 0.0089;
  EXPECT_EQ(rules_after(config, rows).reason(0, 0), std::nullopt);
}

TEST(StopRules, CollapseIsOfRecentObjects) {
  StopConfig config;
  config.unique_below = 0.5;
  config.unique_steps = 10;
  // 600 of 1,000 were new up to step 10, 450 of the next 1,000, whatever the fraction of all is.
  std::vector<TrainingProgress> rows = {{10, 1000, 600, 0}};
  EXPECT_EQ(rules_after(config, rows).reason(0, 0), std::nullopt);
  rows.push_back({20, 2000, 1050, 0});
  EXPECT_THAT(rules_after(config, rows).reason(0, 0),
              Optional(HasSubstr("45.0 % of the objects of the last 10 steps")));
  config.unique_below = 0.45;
  EXPECT_EQ(rules_after(config, rows).reason(0, 0), std::nullopt);
}

TEST(StopRules, RowsOfMetricsTellTheSame) {
  const CsvTable table = parse_csv(
      "step,trajectories,unique_share,top_100,loss\n"
      "10,640,0.9984375,0.25,3\n20,1280,0.75,0.5,2\n",
      "here");
  const std::vector<TrainingProgress> rows = progress_of(table);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].distinct, 639);  // a whole number in spite of rounding
  EXPECT_EQ(rows[1].step, 20);
  EXPECT_EQ(rows[1].trajectories, 1280);
  EXPECT_EQ(rows[1].distinct, 960);
  EXPECT_EQ(rows[1].top_100, 0.5);
}

}  // namespace
}  // namespace fragflow
