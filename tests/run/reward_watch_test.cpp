#include "src/run/reward_watch.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/reward/aggregate.hpp"

namespace fragflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Activity and a required pattern, averaged, and alerts as a filter.
RewardConfig config() {
  RewardConfig reward;
  reward.floor = 0.01;
  reward.components.resize(3);
  reward.components[0].type = "proxy";
  reward.components[1].type = "smarts";
  reward.components[2].type = "alerts";
  reward.components[2].filter = true;
  return reward;
}

RewardResult result(const RewardConfig& reward, double activity, double pattern, double alerts) {
  RewardResult result;
  result.raw = result.transformed = {activity, pattern, alerts};
  result.score = aggregate(reward, result.transformed);
  if (std::isnan(result.score)) result.score = 0;
  return result;
}

struct Watched {
  RewardConfig reward = config();
  RewardWatch watch{reward, {"activity", "motif", "alerts"}, /*has_memory=*/false};
  std::int64_t step = 0;

  // A step of 10 molecules, `good` of which score more than the floor.
  void draw(int good) {
    std::vector<RewardResult> rewards;
    for (int i = 0; i < 10; ++i) {
      const bool is_good = i < good;
      // Of the bad ones one in ten also has an alert.
      rewards.push_back(result(reward, 0.5, is_good, is_good || i != 9));
    }
    watch.observe(++step, rewards);
  }
  void draw_steps(int steps, int good) {
    for (int i = 0; i < steps; ++i) draw(good);
  }
};

TEST(RewardWatch, SaysWhichComponentKeepsMoleculesAtTheFloor) {
  Watched run;
  run.draw_steps(24, 0);
  run.draw(1);  // the last of the 25 steps
  // By hand: 250 molecules, 249 at the floor (99.6 %). The pattern is 0 for 249, and for 25 of
  // these the alert alone would do, so that 224 (89.6 %) are at the floor for the pattern alone.
  EXPECT_THAT(run.watch.at_end(),
              ElementsAre(AllOf(
                  HasSubstr("99.6 % of the 250 molecules of steps 1 to 25"),
                  HasSubstr("reward.floor = 0.01"),
                  HasSubstr("'motif' is 0 for 99.6 % of them, and it alone keeps 89.6 "
                            "% at the floor"),
                  HasSubstr("'alerts' is 0 for 10.0 % of them, and it alone keeps 0 %"),
                  Not(HasSubstr("'activity' is")), HasSubstr("exploration.replay.batch_size"))));
}

TEST(RewardWatch, SaysNothingWhereEnoughScoreMore) {
  Watched run;
  run.draw_steps(25, 1);  // 10 % score more than the floor
  EXPECT_THAT(run.watch.at_end(), IsEmpty());
}

TEST(RewardWatch, AnEarlyFloorIsForgotten) {
  Watched run;
  run.draw_steps(25, 0);
  EXPECT_THAT(run.watch.at_end(), Not(IsEmpty()));
  run.draw_steps(25, 5);
  EXPECT_THAT(run.watch.at_end(), IsEmpty());
}

TEST(RewardWatch, ShortRunsAreJudgedAtTheirEnd) {
  Watched run;
  run.draw_steps(3, 0);
  EXPECT_THAT(run.watch.at_end(),
              ElementsAre(HasSubstr("100 % of the 30 molecules of steps 1 to 3"),
                          HasSubstr("None of the 30 molecules of steps 1 to 3 has the pattern that "
                                    "component 'motif' requires")));
}

TEST(RewardWatch, ASmallValueIsToBlameAsWellAsZero) {
  Watched run;
  std::vector<RewardResult> rewards(20, result(run.reward, 1e-5, 1, 1));  // score 0.003
  rewards.push_back(result(run.reward, NAN, 1, 1));                       // no value
  run.watch.observe(25, rewards);
  EXPECT_THAT(
      run.watch.at_end(),
      ElementsAre(HasSubstr("'activity' is 0 for 4.8 % of them, and it alone keeps 100 % at "
                            "the floor (raw value always 1e-05, none for 1).")));
}

TEST(RewardWatch, GoesOnWhereItWasSaved) {
  Watched whole, first, second;
  whole.draw_steps(30, 0);
  first.draw_steps(30, 0);
  SafetensorsFile file;
  first.watch.save(file);
  second.watch.load(file);
  second.step = 30;
  EXPECT_EQ(second.watch.at_end(), whole.watch.at_end());
  whole.draw_steps(10, 0);
  second.draw_steps(10, 0);
  EXPECT_EQ(second.watch.at_end(), whole.watch.at_end());
  EXPECT_THAT(second.watch.at_end(),
              testing::Contains(HasSubstr("150 molecules of steps 26 to 40")));
  RewardWatch of_earlier_version(whole.reward, {"activity", "motif", "alerts"}, false);
  EXPECT_NO_THROW(of_earlier_version.load(SafetensorsFile()));
  RewardConfig two;
  two.components.resize(2);
  RewardWatch of_two(two, {"a", "b"}, false);
  EXPECT_THROW(of_two.load(file), UserError);
}

}  // namespace
}  // namespace fragflow
