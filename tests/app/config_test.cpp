#include "src/app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/base/check.hpp"

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
