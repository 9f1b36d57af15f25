#include "src/reward/cross_validation.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "src/base/stopped.hpp"

namespace fragflow {
namespace {

TEST(Folds, RandomFoldsAreEvenAndDependOnTheSeed) {
  const Folds folds = random_folds(23, 5, 0);
  std::map<int, int> sizes;
  for (int fold : folds) ++sizes[fold];
  ASSERT_EQ(sizes.size(), 5u);
  for (const auto& [fold, size] : sizes) EXPECT_TRUE(size == 4 || size == 5) << fold;
  EXPECT_EQ(folds, random_folds(23, 5, 0));
  EXPECT_NE(folds, random_folds(23, 5, 1));
}

TEST(Folds, ScaffoldGroupsStayTogetherLargestFirstToTheSmallestFold) {
  // Groups of 5, 4, 3, 3 and 1 rows into two folds: 5 | 4, then 3 joins the 4, 3 the 5; 1 the 7.
  std::vector<std::string> scaffolds;
  const std::map<std::string, int> sizes = {{"a", 5}, {"b", 4}, {"c", 3}, {"d", 3}, {"", 1}};
  for (const auto& [scaffold, size] : sizes) scaffolds.insert(scaffolds.end(), size, scaffold);
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Folds folds = scaffold_folds(scaffolds, 2, seed);
    std::map<std::string, std::set<int>> of_scaffold;
    for (std::size_t i = 0; i < folds.size(); ++i) of_scaffold[scaffolds[i]].insert(folds[i]);
    for (const auto& [scaffold, where] : of_scaffold) EXPECT_EQ(where.size(), 1u) << scaffold;
    EXPECT_EQ(of_scaffold["a"], std::set{0});
    EXPECT_EQ(of_scaffold["b"], std::set{1});
    EXPECT_EQ(of_scaffold[""], std::set{1});
    EXPECT_EQ(std::count(folds.begin(), folds.end(), 0), 8);
  }
}

TEST(Folds, FurtherRowsGoToTheFoldsOfTheirScaffolds) {
  const std::vector<std::string> measured = {"a", "b", "b", "c"};
  const Folds folds = {3, 1, 1, 0};
  const Folds beside = folds_beside({"b", "x", "a", "x", "y", "c"}, measured, folds, 5, 0);
  EXPECT_EQ(beside[0], 1);
  EXPECT_EQ(beside[2], 3);
  EXPECT_EQ(beside[5], 0);
  EXPECT_EQ(beside[1], beside[3]);
  EXPECT_NE(beside[1], beside[4]);  // dealt out
  EXPECT_TRUE(folds_beside({}, measured, folds, 5, 0).empty());
}

TEST(CensoredQuality, HandComputed) {
  const std::vector<double> targets = {1}, limits = {2, 2, 2};
  const std::vector<char> above = {1, 0, 0};
  const std::vector<ProxyModel::Prediction> predictions = {{1.5, 0.5}, {3, 1}, {3, 1}, {-60, 1}};
  const CensoredQuality quality = censored_quality(targets, limits, above, predictions);
  EXPECT_DOUBLE_EQ(quality.bounds_met, 2.0 / 3);
  const double density = -0.5 - std::log(0.5) - 0.5 * std::log(2 * std::acos(-1.0));
  const double phi = 0.8413447460685429;  // of 1
  EXPECT_NEAR(quality.log_score, (density + std::log(phi) + std::log(1 - phi) + 0) / 4, 1e-12);
}

TEST(RegressionQuality, HandComputed) {
  const std::vector<double> targets = {1, 2, 3, 4};
  const std::vector<ProxyModel::Prediction> predictions = {{1, 1}, {3, 1}, {2, 0.6}, {4, 1}};
  const RegressionQuality quality = regression_quality(targets, predictions);
  EXPECT_DOUBLE_EQ(quality.r2, 1 - 2.0 / 5.0);
  EXPECT_DOUBLE_EQ(quality.rmse, std::sqrt(2.0 / 4));
  EXPECT_DOUBLE_EQ(quality.mae, 0.5);
  EXPECT_DOUBLE_EQ(quality.spearman, 1 - 6.0 * 2 / (4 * 15));
  EXPECT_DOUBLE_EQ(quality.within_1, 0.75);
  EXPECT_DOUBLE_EQ(quality.within_2, 1.0);
  EXPECT_DOUBLE_EQ(quality.rms_z, std::sqrt((1 + 1 / 0.36) / 4));
}

TEST(RegressionQuality, SpearmanUsesMeanRanksForTies) {
  const std::vector<double> a = {1, 1, 2}, b = {1, 2, 3};
  // Ranks 0.5 0.5 2 and 0 1 2: covariance 1.5, variances 1.5 and 2.
  EXPECT_DOUBLE_EQ(spearman(a, b), 1.5 / std::sqrt(1.5 * 2));
}

TEST(CrossValidation, EveryRowIsPredictedOnceByAModelThatDidNotSeeIt) {
  const Folds folds = random_folds(17, 5, 2);
  std::vector<int> predicted(17, 0);
  const FitAndPredict model = [&](std::span<const std::int64_t> train,
                                  std::span<const std::int64_t> test, std::uint64_t) {
    const std::set<std::int64_t> seen(train.begin(), train.end());
    EXPECT_EQ(train.size() + test.size(), 17u);
    std::vector<ProxyModel::Prediction> result;
    for (std::int64_t row : test) {
      EXPECT_EQ(seen.count(row), 0u);
      ++predicted[row];
      result.push_back({static_cast<double>(row), 1});
    }
    return result;
  };
  const auto predictions = out_of_fold(model, folds, 0);
  for (int row = 0; row < 17; ++row) {
    EXPECT_EQ(predicted[row], 1);
    EXPECT_EQ(predictions[row].mean, row);
  }
}

TEST(FitSeries, CountsTheFitsOfAllItsModelsAndCanBeStopped) {
  std::vector<std::string> seen;
  const FitObserver observer = [&](const FitProgress& progress) {
    if (progress.fit == 5) throw Stopped();
    seen.push_back(fmt::format("{} {}/{}", progress.what, progress.fit, progress.total));
  };
  const FitSeries series(observer, "both", 6);
  const FitAndPredict constant = [&](auto, std::span<const std::int64_t> test, std::uint64_t) {
    series.poll()();  // in the middle of a fit
    return std::vector<ProxyModel::Prediction>(test.size());
  };
  const FitAndPredict first = series.counted(constant), second = series.counted(constant);
  out_of_fold(first, {0, 1, 2, 0, 1, 2}, 0);
  EXPECT_THROW(out_of_fold(second, {0, 1, 2, 0, 1, 2}, 0), Stopped);
  EXPECT_EQ(seen, (std::vector<std::string>{"both 1/6", "both 1/6", "both 2/6", "both 2/6",
                                            "both 3/6", "both 3/6", "both 4/6", "both 4/6"}));
  EXPECT_NO_THROW(FitSeries({}, "nobody looks", 3).poll()());
}

}  // namespace
}  // namespace fragflow
