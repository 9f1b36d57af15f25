#include "src/reward/cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "models/normal_tail.hpp"
#include "src/base/check.hpp"
#include "src/base/shuffle.hpp"

namespace fragflow {
namespace {

std::vector<double> mean_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = 0.5 * static_cast<double>(begin + end - 1);
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

Folds random_folds(std::int64_t size, int num_folds, std::uint64_t seed) {
  std::vector<std::int64_t> order(size);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  Rng rng(mix_seed(seed, "random folds"));
  shuffle(order, rng);
  Folds folds(size);
  for (std::int64_t i = 0; i < size; ++i) folds[order[i]] = static_cast<int>(i % num_folds);
  return folds;
}

Folds scaffold_folds(const std::vector<std::string>& scaffolds, int num_folds, std::uint64_t seed) {
  std::map<std::string, std::vector<std::size_t>> rows_of;
  for (std::size_t i = 0; i < scaffolds.size(); ++i) rows_of[scaffolds[i]].push_back(i);
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [scaffold, rows] : rows_of) groups.push_back(std::move(rows));
  Rng rng(mix_seed(seed, "scaffold folds"));
  shuffle(groups, rng);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  Folds folds(scaffolds.size());
  std::vector<std::size_t> sizes(num_folds, 0);
  for (const std::vector<std::size_t>& group : groups) {
    const auto smallest = std::min_element(sizes.begin(), sizes.end()) - sizes.begin();
    for (std::size_t row : group) folds[row] = static_cast<int>(smallest);
    sizes[smallest] += group.size();
  }
  return folds;
}

Folds folds_beside(const std::vector<std::string>& scaffolds,
                   const std::vector<std::string>& other_scaffolds, const Folds& other_folds,
                   int num_folds, std::uint64_t seed) {
  std::map<std::string, int> fold_of;
  for (std::size_t i = 0; i < other_scaffolds.size(); ++i) {
    fold_of[other_scaffolds[i]] = other_folds[i];
  }
  std::vector<std::string> rest;
  for (const std::string& scaffold : scaffolds) {
    if (!fold_of.contains(scaffold)) rest.push_back(scaffold);
  }
  const Folds folds_of_rest = scaffold_folds(rest, num_folds, seed);
  for (std::size_t i = 0; i < rest.size(); ++i) fold_of[rest[i]] = folds_of_rest[i];
  Folds folds;
  for (const std::string& scaffold : scaffolds) folds.push_back(fold_of[scaffold]);
  return folds;
}

RegressionQuality& RegressionQuality::operator+=(const RegressionQuality& other) {
  r2 += other.r2;
  rmse += other.rmse;
  mae += other.mae;
  spearman += other.spearman;
  within_1 += other.within_1;
  within_2 += other.within_2;
  rms_z += other.rms_z;
  return *this;
}

RegressionQuality RegressionQuality::operator/(double count) const {
  return {r2 / count,       rmse / count,     mae / count,  spearman / count,
          within_1 / count, within_2 / count, rms_z / count};
}

double spearman(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> rank_a = mean_ranks(a), rank_b = mean_ranks(b);
  const double mean_a = mean_of(rank_a), mean_b = mean_of(rank_b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < rank_a.size(); ++i) {
    ab += (rank_a[i] - mean_a) * (rank_b[i] - mean_b);
    aa += (rank_a[i] - mean_a) * (rank_a[i] - mean_a);
    bb += (rank_b[i] - mean_b) * (rank_b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

RegressionQuality regression_quality(std::span<const double> targets,
                                     std::span<const ProxyModel::Prediction> predictions) {
  FRAGFLOW_CHECK(targets.size() == predictions.size() && targets.size() >= 2,
                 "{} targets, {} predictions", targets.size(), predictions.size());
  const auto count = static_cast<double>(targets.size());
  const double mean = mean_of(targets);
  RegressionQuality quality;
  double squares = 0, total = 0;
  std::vector<double> means;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double error = targets[i] - predictions[i].mean;
    // Without deviations, errors never count as within them.
    const double z = predictions[i].std > 0 ? std::abs(error) / predictions[i].std : INFINITY;
    squares += error * error;
    total += (targets[i] - mean) * (targets[i] - mean);
    quality.mae += std::abs(error) / count;
    quality.within_1 += (z <= 1.0) / count;
    quality.within_2 += (z <= 1.96) / count;
    quality.rms_z += z * z / count;
    means.push_back(predictions[i].mean);
  }
  quality.rms_z = std::sqrt(quality.rms_z);
  quality.rmse = std::sqrt(squares / count);
  quality.r2 = total > 0 ? 1 - squares / total : 0;
  quality.spearman = spearman(targets, means);
  return quality;
}

CensoredQuality& CensoredQuality::operator+=(const CensoredQuality& other) {
  bounds_met += other.bounds_met;
  log_score += other.log_score;
  return *this;
}

CensoredQuality CensoredQuality::operator/(double count) const {
  return {bounds_met / count, log_score / count};
}

CensoredQuality censored_quality(std::span<const double> targets, std::span<const double> limits,
                                 std::span<const char> above,
                                 std::span<const ProxyModel::Prediction> predictions) {
  FRAGFLOW_CHECK(!limits.empty() && above.size() == limits.size() &&
                     predictions.size() == targets.size() + limits.size(),
                 "{} targets, {} limits, {} predictions", targets.size(), limits.size(),
                 predictions.size());
  CensoredQuality quality;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const auto [mean, std] = predictions[i];
    FRAGFLOW_CHECK(std > 0, "deviation {}", std);
    if (i < targets.size()) {
      const double z = (targets[i] - mean) / std;
      quality.log_score += -0.5 * z * z - std::log(std) - 0.5 * std::log(2 * std::numbers::pi);
      continue;
    }
    const std::size_t bound = i - targets.size();
    const double side = above[bound] != 0 ? 1 : -1;
    const double z = side * (mean - limits[bound]) / std;
    quality.bounds_met += z >= 0 ? 1 : 0;
    quality.log_score += log_normal_cdf(z);
  }
  quality.bounds_met /= static_cast<double>(limits.size());
  quality.log_score /= static_cast<double>(predictions.size());
  return quality;
}

FitSeries::FitSeries(FitObserver observer, std::string what, int total)
    : observer_(std::move(observer)),
      progress_(std::make_shared<FitProgress>(FitProgress{std::move(what), 0, total})) {}

FitAndPredict FitSeries::counted(FitAndPredict model) const {
  return [series = *this, model = std::move(model)](std::span<const std::int64_t> train,
                                                    std::span<const std::int64_t> test,
                                                    std::uint64_t seed) {
    ++series.progress_->fit;
    series.poll()();
    return model(train, test, seed);
  };
}

std::function<void()> FitSeries::poll() const {
  return [observer = observer_, progress = progress_] {
    if (observer) observer(*progress);
  };
}

std::vector<ProxyModel::Prediction> out_of_fold(const FitAndPredict& model, const Folds& folds,
                                                std::uint64_t seed) {
  std::vector<ProxyModel::Prediction> predictions(folds.size());
  const int num_folds = 1 + *std::max_element(folds.begin(), folds.end());
  for (int fold = 0; fold < num_folds; ++fold) {
    std::vector<std::int64_t> train, test;
    for (std::size_t i = 0; i < folds.size(); ++i) {
      (folds[i] == fold ? test : train).push_back(static_cast<std::int64_t>(i));
    }
    const auto fold_predictions = model(train, test, mix_seed(seed + fold, "fold"));
    for (std::size_t i = 0; i < test.size(); ++i) predictions[test[i]] = fold_predictions[i];
  }
  return predictions;
}

std::vector<RegressionQuality> cross_validate(const FitAndPredict& model,
                                              std::span<const double> targets,
                                              std::span<const Folds> assignments) {
  std::vector<RegressionQuality> results;
  for (std::size_t seed = 0; seed < assignments.size(); ++seed) {
    results.push_back(regression_quality(targets, out_of_fold(model, assignments[seed], seed)));
  }
  return results;
}

RegressionQuality mean_quality(std::span<const RegressionQuality> results) {
  RegressionQuality sum;
  for (const RegressionQuality& result : results) sum += result;
  return sum / static_cast<double>(results.size());
}

}  // namespace fragflow
