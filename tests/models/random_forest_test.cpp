#include "models/random_forest.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "models/forest_growth.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kFeatures = 12;

float value_of(const SparseRow& row, std::uint32_t feature) {
  for (const auto& [f, value] : row) {
    if (f == feature) return value;
  }
  return 0;
}

struct Data {
  std::vector<SparseRow> rows;
  std::vector<double> targets;
};

// Few distinct values in the first features, many (of both signs) in the last two.
Data made_up(std::int64_t size, std::uint64_t seed) {
  Rng rng(seed);
  Data data;
  for (std::int64_t i = 0; i < size; ++i) {
    SparseRow row;
    for (std::uint32_t f = 0; f + 2 < kFeatures; ++f) {
      if (rng.uniform() < 0.4) row.emplace_back(f, static_cast<float>(1 + rng.below(3)));
    }
    row.emplace_back(kFeatures - 2, static_cast<float>(rng.normal()));
    row.emplace_back(kFeatures - 1, static_cast<float>(rng.normal()));
    data.targets.push_back(value_of(row, 2) * value_of(row, 5) + value_of(row, kFeatures - 1) +
                           0.1 * rng.normal());
    data.rows.push_back(std::move(row));
  }
  return data;
}

double weighted_squares(const Data& data, const std::vector<std::int64_t>& drawn) {
  double sum = 0, squares = 0;
  for (const std::int64_t i : drawn) sum += data.targets[i];
  const double mean = sum / static_cast<double>(drawn.size());
  for (const std::int64_t i : drawn) squares += std::pow(data.targets[i] - mean, 2);
  return squares;
}

std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> divide(
    const Data& data, const std::vector<std::int64_t>& drawn, std::uint32_t feature,
    double threshold) {
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> sides;
  for (const std::int64_t i : drawn) {
    (value_of(data.rows[i], feature) <= threshold ? sides.first : sides.second).push_back(i);
  }
  return sides;
}

// The smallest sum of squares that any split leaves, by trying all; infinite without a split.
double best_by_trying_all(const Data& data, const std::vector<std::int64_t>& drawn, int min_leaf) {
  double best = INFINITY;
  for (std::uint32_t feature = 0; feature < kFeatures; ++feature) {
    std::set<float> values;
    for (const std::int64_t i : drawn) values.insert(value_of(data.rows[i], feature));
    for (const float threshold : values) {
      const auto [left, right] = divide(data, drawn, feature, threshold);
      const auto wanted = static_cast<std::size_t>(min_leaf);
      if (left.size() < wanted || right.size() < wanted) continue;
      best = std::min(best, weighted_squares(data, left) + weighted_squares(data, right));
    }
  }
  return best;
}

// 90 rows have no more distinct values than bins, so that nothing is rounded to a quantile.
TEST(ForestGrowth, EveryNodeTakesTheSplitThatBruteForceFinds) {
  for (const int min_leaf : {1, 4}) {
    const Data data = made_up(90, 3);
    ForestConfig config;
    config.try_features = 1;
    config.min_leaf = min_leaf;
    std::vector<RandomForest::Node> nodes;
    grow_tree(BinnedRows(data.rows, kFeatures), data.targets, config, Rng(8), nodes);
    Rng same(8);
    std::vector<std::int64_t> drawn;
    for (int i = 0; i < 90; ++i) drawn.push_back(static_cast<std::int64_t>(same.below(90)));
    int leaves = 0;
    const std::function<void(std::size_t, const std::vector<std::int64_t>&)> check =
        [&](std::size_t at, const std::vector<std::int64_t>& of_node) {
          const RandomForest::Node& node = nodes[at];
          const double best = best_by_trying_all(data, of_node, min_leaf);
          const double before = weighted_squares(data, of_node);
          if (node.feature < 0) {
            ++leaves;
            double sum = 0;
            for (const std::int64_t i : of_node) sum += data.targets[i];
            EXPECT_NEAR(node.value, sum / static_cast<double>(of_node.size()), 1e-12);
            EXPECT_TRUE(best > before - 1e-9) << at;
            return;
          }
          const auto [left, right] = divide(data, of_node, node.feature, node.value);
          EXPECT_GE(left.size(), static_cast<std::size_t>(min_leaf));
          EXPECT_GE(right.size(), static_cast<std::size_t>(min_leaf));
          EXPECT_NEAR(weighted_squares(data, left) + weighted_squares(data, right), best,
                      1e-9 * (1 + before));
          check(at + 1, left);
          check(node.right, right);
        };
    check(0, drawn);
    EXPECT_GT(leaves, min_leaf == 1 ? 40 : 8);
  }
}

TEST(RandomForest, LearnsAndNeverLeavesTheRangeOfWhatItSaw) {
  const Data train = made_up(1500, 1), test = made_up(500, 2);
  const RandomForest forest = RandomForest::fit(train.rows, train.targets, kFeatures, {}, 0);
  EXPECT_EQ(forest.num_trees(), 300);
  const auto [low, high] = std::minmax_element(train.targets.begin(), train.targets.end());
  double errors = 0, total = 0, mean = 0;
  for (const double target : test.targets) mean += target / 500;
  const auto predictions = forest.predict(test.rows);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    EXPECT_GE(predictions[i].mean, *low);
    EXPECT_LE(predictions[i].mean, *high);
    EXPECT_GE(predictions[i].std, 0);
    errors += std::pow(predictions[i].mean - test.targets[i], 2);
    total += std::pow(test.targets[i] - mean, 2);
  }
  EXPECT_GT(1 - errors / total, 0.85);
}

TEST(RandomForest, ThreadsDoNotMatterSeedsDo) {
  const Data data = made_up(200, 5);
  ForestConfig config;
  config.num_trees = 8;
  const auto bytes_of = [&](int threads, std::uint64_t seed) {
    const int before = num_threads();
    set_num_threads(threads);
    SafetensorsFile file;
    RandomForest::fit(data.rows, data.targets, kFeatures, config, seed).save(file);
    set_num_threads(before);
    return serialise_safetensors(file);
  };
  EXPECT_EQ(bytes_of(1, 7), bytes_of(3, 7));
  EXPECT_NE(bytes_of(1, 7), bytes_of(1, 8));
}

TEST(RandomForest, AFileGivesTheSamePredictionsAndDamageIsFound) {
  const Data data = made_up(120, 6);
  ForestConfig config;
  config.num_trees = 5;
  const RandomForest forest = RandomForest::fit(data.rows, data.targets, kFeatures, config, 1);
  SafetensorsFile file;
  forest.save(file);
  const auto expected = forest.predict(data.rows);
  const auto loaded = RandomForest::load(file, "forest").predict(data.rows);
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    EXPECT_EQ(loaded[i].mean, expected[i].mean);
    EXPECT_EQ(loaded[i].std, expected[i].std);
  }
  // The root's right child becomes the root: a walk without an end.
  for (const std::int32_t right : {0, 1, 1 << 30, -5}) {
    SafetensorsFile damaged = file;
    auto* links = reinterpret_cast<std::int32_t*>(damaged.tensors["forest.links"].bytes.data());
    ASSERT_GE(links[0], 0);
    links[1] = right;
    EXPECT_THROW(RandomForest::load(damaged, "forest"), UserError) << right;
  }
  for (const std::int32_t feature : {static_cast<std::int32_t>(kFeatures), -2}) {
    SafetensorsFile damaged = file;
    reinterpret_cast<std::int32_t*>(damaged.tensors["forest.links"].bytes.data())[0] = feature;
    EXPECT_THROW(RandomForest::load(damaged, "forest"), UserError) << feature;
  }
}

// Mean and spread over trees that are single leaves: constants.
TEST(RandomForest, EqualTargetsGiveThatTargetAndNoSpread) {
  Data data = made_up(30, 9);
  std::fill(data.targets.begin(), data.targets.end(), 6.5);
  const RandomForest forest = RandomForest::fit(data.rows, data.targets, kFeatures, {}, 0);
  EXPECT_EQ(forest.num_nodes(), 300);
  EXPECT_EQ(forest.predict(data.rows)[3].mean, 6.5);
  EXPECT_EQ(forest.predict(data.rows)[3].std, 0);
}

}  // namespace
}  // namespace fragflow
