#include "src/run/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "src/run/pool_check.hpp"

namespace fragflow {
namespace {

TEST(Config, DefaultsReadBack) {
  const std::string text = print_config({});
  EXPECT_EQ(print_config(parse_config(text, "printed", {})), text);
}

TEST(Config, DefaultsAreInTheirOwnRanges) {
  // Reading checks ranges; the text above names every field.
  const std::string text = print_config({});
  for (const char* line :
       {"[environment]", "max_fragments = ", "[policy]", "[objective]", "[training]",
        "learning_rate = ", "[exploration]", "[reward]", "[reward.grid]"}) {
    EXPECT_THAT(text, testing::HasSubstr(line));
  }
}

TEST(Config, RewardComponentsReadBackWithTheirTransforms) {
  const Config config = parse_config(
      "[[reward.component]]\ntype = 'qed'\n"
      "[[reward.component]]\nname = 'size'\ntype = 'molecular_weight'\n"
      "[reward.component.transform]\ntype = 'double_sigmoid'\nlow = 200\nhigh = 500\n",
      "f", {}, {"reward.component.qed.weight=2", "reward.component.size.transform.high=450"});
  ASSERT_EQ(config.reward.components.size(), 2u);
  EXPECT_EQ(config.reward.components[0].weight, 2.0);
  EXPECT_EQ(config.reward.components[0].transform.type, "auto");
  EXPECT_EQ(config.reward.components[1].transform.high, 450.0);
  const std::string text = print_config(config);
  EXPECT_EQ(print_config(parse_config(text, "printed", {})), text);
}

TEST(Config, ChangesOfARunAreNamed) {
  const std::string text =
      "[training]\nsteps = 5\n[[reward.component]]\ntype = 'qed'\n"
      "[[reward.component]]\ntype = 'proxy'\nfile = 'a.safetensors'\n";
  const Config started = parse_config(text, "f", {});
  const auto changes = [&](const std::vector<std::string>& overrides) {
    return changes_of_run(started, parse_config(text, "f", {}, overrides));
  };
  // What a run may be continued with, and where its files lie.
  EXPECT_THAT(changes({"training.steps=9", "stop.minutes=2",
                       "reward.component.proxy.file=/elsewhere/a.safetensors"}),
              testing::IsEmpty());
  EXPECT_THAT(changes({"training.ema=0.9", "reward.component.qed.transform.high=2",
                       "objective.name=subtb"}),
              testing::UnorderedElementsAre("training.ema 0.0 -> 0.9",
                                            "reward.component.qed.transform.high 1.0 -> 2.0",
                                            testing::StartsWith("objective.name ")));
  EXPECT_THAT(changes_of_run(started, parse_config("[training]\nsteps = 5\n", "f", {})),
              testing::ElementsAre("reward.component: 2 -> 0 of them"));
}

Config with_pool(const std::string& more) {
  return parse_config(
      more + "\n[[reward.component]]\nname = 'dock'\ntype = 'pool'\npool.command = ['score']\n",
      "f", {});
}

TEST(Config, WhereWorkersAreMayChange) {
  const Config started = with_pool("");
  Config now = started;
  PoolConfig& pool = now.reward.components[0].pool;
  pool.port = 4000;
  pool.address = "0.0.0.0";
  pool.folder = pool.store = "elsewhere";
  pool.lease = pool.time_limit = 7;
  pool.batch_size = pool.tries = pool.losses = 2;
  EXPECT_THAT(changes_of_run(started, now), testing::IsEmpty());
  pool.version = "2";
  EXPECT_THAT(changes_of_run(started, now),
              testing::ElementsAre(testing::HasSubstr("pool.version")));
}

TEST(Config, WhatWorkersCannotServeIsRefused) {
  EXPECT_NO_THROW(check_pools(with_pool("")));
  EXPECT_NO_THROW(check_pools(with_pool("[dataset]\nfile = 'a.csv'\nscore_column = 'y'")));
  const auto refusal_of = [](const Config& config) -> std::string {
    try {
      check_pools(config);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  using testing::AllOf, testing::HasSubstr;
  EXPECT_THAT(refusal_of(with_pool("[condition]\npreference = ['dock', 'qed']")),
              AllOf(HasSubstr("condition.preference"), HasSubstr("'dock'")));
  EXPECT_THAT(refusal_of(with_pool("[metrics]\nexact = true")), HasSubstr("metrics.exact"));
  EXPECT_THAT(refusal_of(with_pool("[dataset]\nfile = 'a.csv'")),
              HasSubstr("dataset.score_column"));
  EXPECT_THAT(refusal_of(with_pool("[dataset]\ngather = 9")), HasSubstr("[dataset]"));
  EXPECT_THAT(refusal_of(with_pool("[exploration.replay]\nfile = 'a.csv'")),
              HasSubstr("exploration.replay.file"));
  Config stages = with_pool("[[stage]]\n[[stage]]\n");
  EXPECT_THAT(refusal_of(stages), AllOf(HasSubstr("pool.folder"), HasSubstr("[[stage]]")));
  for (StageConfig& stage : stages.stages) {
    stage.reward.components.at(0).pool.folder = stage.reward.components.at(0).pool.store = "a";
  }
  EXPECT_EQ(refusal_of(stages), "");
}

TEST(Config, OverridesComeAfterTheFile) {
  const Config config = parse_config("[training]\nsteps = 5\nbatch_size = 7\n", "f", {},
                                     {"training.steps=6", "environment.max_fragments=4"});
  EXPECT_EQ(config.training.steps, 6);
  EXPECT_EQ(config.training.batch_size, 7);
  EXPECT_EQ(config.environment.fragment_tree.max_fragments, 4);
}

TEST(Config, AMissingFileIsAUserError) {
  EXPECT_THROW(load_config("no/such/file.toml"), UserError);
}

}  // namespace
}  // namespace fragflow
