#include "src/reward/transform.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "src/base/check.hpp"
#include "src/reward/aggregate.hpp"

namespace fragflow {
namespace {

struct Row {
  TransformConfig config;
  double x;
  double expected;
};

// Sigmoids of 0.5 at their middle; with k = 0.5, low = 2 and high = 6 an end lies 10 * 0.5 * 2 / 4
// = 2.5 powers of ten from it.
TEST(Transform, HandComputedTable) {
  const double far = 1 / (1 + std::pow(10, 2.5)), near = 1 / (1 + std::pow(10, -2.5));
  const std::vector<Row> rows = {
      {{.type = "none"}, -3.25, -3.25},
      {{.type = "sigmoid", .low = 2, .high = 6}, 4, 0.5},
      {{.type = "sigmoid", .low = 2, .high = 6}, 2, far},
      {{.type = "sigmoid", .low = 2, .high = 6}, 6, near},
      {{.type = "sigmoid", .low = 2, .high = 6, .k = 1}, 6, 1 / (1 + std::pow(10, -5))},
      {{.type = "sigmoid", .low = 2, .high = 6}, -1e6, 0},
      {{.type = "sigmoid", .low = 2, .high = 6}, 1e6, 1},
      {{.type = "reverse_sigmoid", .low = 2, .high = 6}, 2, near},
      {{.type = "reverse_sigmoid", .low = 2, .high = 6}, 6, far},
      {{.type = "double_sigmoid", .low = 2, .high = 6}, 4, near - far},
      {{.type = "double_sigmoid", .low = 2, .high = 6}, 2, 0.5 - 1 / (1 + std::pow(10, 5))},
      {{.type = "double_sigmoid", .low = 2, .high = 6}, 6, 1 / (1 + std::pow(10, -5)) - 0.5},
      {{.type = "step", .low = 2, .high = 6}, 2, 1},
      {{.type = "step", .low = 2, .high = 6}, 6, 1},
      {{.type = "step", .low = 2, .high = 6}, 6.001, 0},
      {{.type = "step", .low = 2, .high = 6}, 1.999, 0},
      {{.type = "left_step", .low = 2}, 2, 1},
      {{.type = "left_step", .low = 2}, 2.001, 0},
      {{.type = "right_step", .low = 2}, 2, 1},
      {{.type = "right_step", .low = 2}, 1.999, 0},
      {{.type = "linear", .low = 2, .high = 6}, 3, 0.25},
      {{.type = "linear", .low = 2, .high = 6}, 7, 1},
      {{.type = "linear", .low = 10, .high = 1}, 4, 6.0 / 9.0},
      {{.type = "linear", .low = 10, .high = 1}, 11, 0},
      {{.type = "scale", .divisor = 8}, 10, 1.25},
      {{.type = "scale", .divisor = 8, .lower = 0.1}, 0.5, 0.1},
      {{.type = "scale", .divisor = 8, .lower = 0.1}, -4, 0.1},
  };
  for (const Row& row : rows) {
    EXPECT_NEAR(transform(row.config, row.x), row.expected, 1e-12)
        << row.config.type << " of " << row.x;
  }
}

TEST(Transform, NanStaysNan) {
  for (const char* type : {"none", "sigmoid", "step", "linear", "scale"}) {
    EXPECT_TRUE(std::isnan(transform({.type = type}, std::numeric_limits<double>::quiet_NaN())));
  }
}

TEST(Transform, RefusesEndsThatDoNotFit) {
  EXPECT_THROW(check_transform({.type = "sigmoid", .low = 2, .high = 2}, "mw"), UserError);
  EXPECT_THROW(check_transform({.type = "step", .low = 3, .high = 2}, "mw"), UserError);
  EXPECT_THROW(check_transform({.type = "linear", .low = 2, .high = 2}, "mw"), UserError);
  EXPECT_NO_THROW(check_transform({.type = "linear", .low = 10, .high = 1}, "sa"));
  EXPECT_NO_THROW(check_transform({.type = "left_step", .low = 5}, "hbd"));
}

RewardConfig config_of(const std::string& aggregation, std::vector<double> weights) {
  RewardConfig config;
  config.aggregation = aggregation;
  for (const double weight : weights) {
    config.components.emplace_back();
    config.components.back().weight = weight;
  }
  return config;
}

TEST(Aggregate, GeometricMeanAndProduct) {
  const std::vector<double> values = {0.25, 0.5};
  EXPECT_NEAR(aggregate(config_of("geometric_mean", {1, 1}), values), std::sqrt(0.125), 1e-15);
  EXPECT_NEAR(aggregate(config_of("geometric_mean", {3, 1}), values),
              std::pow(0.25 * 0.25 * 0.25 * 0.5, 0.25), 1e-15);
  EXPECT_NEAR(aggregate(config_of("product", {1, 1}), values), 0.125, 1e-15);
  EXPECT_NEAR(aggregate(config_of("product", {3, 1}), values), std::pow(0.25, 3) * 0.5, 1e-15);
  EXPECT_NEAR(aggregate(config_of("geometric_mean", {1, 0}), values), 0.25, 1e-15);
}

TEST(Aggregate, ScalesAboveOneAreKept) {
  const std::vector<double> values = {1.25, 1.25};
  EXPECT_NEAR(aggregate(config_of("geometric_mean", {1, 2}), values), 1.25, 1e-15);
}

TEST(Aggregate, ZeroAndNegativeValuesGiveZero) {
  for (const char* kind : {"geometric_mean", "product"}) {
    EXPECT_EQ(aggregate(config_of(kind, {1, 1}), std::vector<double>{0.0, 0.7}), 0);
    EXPECT_EQ(aggregate(config_of(kind, {1, 1}), std::vector<double>{-0.3, 0.7}), 0);
    EXPECT_TRUE(std::isnan(aggregate(config_of(kind, {1, 1}), std::vector<double>{NAN, 0.0})));
  }
}

TEST(Aggregate, FiltersMultiplyTheMean) {
  RewardConfig config = config_of("geometric_mean", {1, 1, 1});
  config.components[2].filter = true;
  EXPECT_NEAR(aggregate(config, std::vector<double>{0.25, 1.0, 1.0}), 0.5, 1e-15);
  EXPECT_NEAR(aggregate(config, std::vector<double>{0.25, 1.0, 0.0}), 0.0, 1e-15);
  EXPECT_NEAR(aggregate(config, std::vector<double>{0.25, 1.0, 0.3}), 0.15, 1e-15);
  config.components[0].filter = config.components[1].filter = true;
  EXPECT_NEAR(aggregate(config, std::vector<double>{0.5, 0.5, 0.5}), 0.125, 1e-15);
}

TEST(LogReward, BetaTimesLogOfTheFlooredScore) {
  RewardConfig config;
  config.beta = 8;
  config.floor = 1e-4;
  EXPECT_NEAR(log_reward(config, 8, 0.5), 8 * std::log(0.5), 1e-15);
  EXPECT_NEAR(log_reward(config, 8, 1.25), 8 * std::log(1.25), 1e-15);
  EXPECT_NEAR(log_reward(config, 8, 1e-5), 8 * std::log(1e-4), 1e-12);
  EXPECT_NEAR(log_reward(config, 8, NAN), 8 * std::log(1e-4), 1e-12);
}

}  // namespace
}  // namespace fragflow
