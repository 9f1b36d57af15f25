#include "src/design/design_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "src/run/config.hpp"

namespace fragflow {
namespace {

TEST(DesignConfig, TheScoreSpansTheTenthToTheNinetyFifthPercentile) {
  std::vector<double> values;
  for (int i = 100; i >= 0; --i) values.push_back(4 + 0.05 * i);  // 4 to 9
  const ActivityRange range = activity_range(values, true);
  EXPECT_NEAR(range.low, 4 + 0.05 * 10, 1e-9);
  EXPECT_NEAR(range.high, 4 + 0.05 * 95, 1e-9);
}

TEST(DesignConfig, ANarrowRangeIsWidenedAboutItsMiddle) {
  const std::vector<double> values = {6.0, 6.1, 6.1, 6.2};
  const ActivityRange potency = activity_range(values, true);
  EXPECT_NEAR(potency.high - potency.low, 0.5, 0.01);
  EXPECT_NEAR(potency.high + potency.low, 2 * 6.1, 0.05);
  const std::vector<double> large = {1000, 1001, 1002, 1003};
  const ActivityRange plain = activity_range(large, false);
  EXPECT_NEAR(plain.high - plain.low, 100, 1);
}

TEST(DesignConfig, TheTextIsAConfiguration) {
  DesignSettings settings;
  settings.seed = 7;
  settings.run.steps = 12;
  const std::string text = design_config_text(settings, {5.25, 8.5}, true, {{}, {}, 7});
  const Config config = parse_config(text, "text", {});
  EXPECT_EQ(config.seed, 7u);
  EXPECT_EQ(config.environment.fragment_tree.max_fragments, 7);
  EXPECT_EQ(config.environment.start, "");
  settings.run.start_from = "O=C(N[*])c1ccc([*])cc1";
  EXPECT_EQ(parse_config(design_config_text(settings, {5, 8}, false, {{}, {}, 7}), "text", {})
                .environment.start,
            settings.run.start_from);
  EXPECT_EQ(config.training.steps, 12);
  EXPECT_EQ(config.output.check_proxy, "check.safetensors");
  ASSERT_EQ(config.reward.components.size(), 5u);
  EXPECT_EQ(config.reward.components[0].transform.low, 5.25);
  EXPECT_EQ(config.reward.components[0].transform.high, 8.5);
  EXPECT_EQ(parse_config(design_config_text(settings, {5, 8}, false, {{}, {}, 7}), "text", {})
                .output.check_proxy,
            "");
}

TEST(DesignConfig, TheWindowOfSimilarityIsHalfAtTheFifthPercentileAndFullAtTheMedian) {
  std::vector<double> values;
  for (int i = 0; i <= 100; ++i) values.push_back(0.3 + 0.004 * i);  // 0.3 to 0.7
  const DomainRange range = domain_range(values);
  EXPECT_NEAR(0.5 * (range.low + range.high), 0.32, 1e-9);
  EXPECT_NEAR(range.high, 0.5, 1e-9);
  values.assign(30, 0.5);  // all the same: a window that is not a step
  EXPECT_NEAR(domain_range(values).high - domain_range(values).low, 0.1, 1e-9);
  values.resize(19);
  EXPECT_LE(domain_range(values).high, domain_range(values).low);
}

TEST(DesignConfig, DomainAndCoreAreComponents) {
  const DesignExtras extras{{0.1, 0.5}, {"[SX4](=O)", R"(C\"quoted)"}};
  const Config config =
      parse_config(design_config_text(DesignSettings(), {5, 8}, true, extras), "text", {});
  ASSERT_EQ(config.reward.components.size(), 7u);
  const ComponentConfig& domain = config.reward.components[5];
  EXPECT_EQ(domain.type, "domain");
  EXPECT_EQ(domain.transform.low, 0.1);
  EXPECT_EQ(domain.transform.high, 0.5);
  const ComponentConfig& core = config.reward.components[6];
  EXPECT_EQ(core.smarts, extras.core);
  EXPECT_TRUE(core.filter);
  EXPECT_EQ(core.transform.lower, 0.2);
}

}  // namespace
}  // namespace fragflow
