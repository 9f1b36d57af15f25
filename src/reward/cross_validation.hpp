// K-fold cross-validation of regression models on molecules.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/reward/proxy_model.hpp"

namespace fragflow {

inline constexpr int kNumFolds = 5;

// The fold of each row, in [0, num_folds).
using Folds = std::vector<int>;

// Deals out a random permutation of the rows in turn.
Folds random_folds(std::int64_t size, int num_folds, std::uint64_t seed);

// Keeps rows of one scaffold together: groups sorted by size, largest first, each assigned to the
// fold with the fewest rows so far (ties: the first). The seed decides the order among groups of
// equal size.
Folds scaffold_folds(const std::vector<std::string>& scaffolds, int num_folds, std::uint64_t seed);

// Folds of further rows, given rows with folds: a known scaffold goes to its fold, the others are
// distributed as by scaffold_folds.
Folds folds_beside(const std::vector<std::string>& scaffolds,
                   const std::vector<std::string>& other_scaffolds, const Folds& other_folds,
                   int num_folds, std::uint64_t seed);

struct RegressionQuality {
  double r2 = 0;    // 1 - residual sum of squares / sum of squares about the mean
  double rmse = 0;  // root of the mean squared error
  double mae = 0;   // mean absolute error
  double spearman = 0;
  // Calibration of the deviations: fractions of |error| within 1 and 1.96 deviations (0.683 and
  // 0.95 if errors are normal and deviations right) and the root mean square of error / deviation
  // (1 if right).
  double within_1 = 0, within_2 = 0, rms_z = 0;

  RegressionQuality& operator+=(const RegressionQuality& other);
  RegressionQuality operator/(double count) const;
};

// Needs at least two rows; a constant target gives r2 = 0.
RegressionQuality regression_quality(std::span<const double> targets,
                                     std::span<const ProxyModel::Prediction> predictions);

// Quality of predictions if some molecules are known only by a bound.
struct CensoredQuality {
  double bounds_met = 0;  // fraction of the bounds that predicted means satisfy
  // Mean over all rows of the natural logarithm of the probability assigned by the predicted normal
  // distribution: density of a measurement, probability of a bound. A proper score: maximal only
  // for the true distribution, deviations included.
  double log_score = 0;

  CensoredQuality& operator+=(const CensoredQuality& other);
  CensoredQuality operator/(double count) const;
};

// predictions: of the targets, then of the bounds (at least one); above as in ProxyData::Bounds.
// Deviations must be positive.
CensoredQuality censored_quality(std::span<const double> targets, std::span<const double> limits,
                                 std::span<const char> above,
                                 std::span<const ProxyModel::Prediction> predictions);

// Rank correlation with mean ranks for ties; 0 if either side is constant.
double spearman(std::span<const double> a, std::span<const double> b);

// Trains on some rows, predicts others. seed: for any randomness in training.
using FitAndPredict = std::function<std::vector<ProxyModel::Prediction>(
    std::span<const std::int64_t> train, std::span<const std::int64_t> test, std::uint64_t seed)>;

// Progress of a series of fits.
struct FitProgress {
  std::string what;  // "gp, scaffold folds"
  int fit = 0;       // the one that starts now, from 1
  int total = 0;
};
// Called before every fit and, during long fits, repeatedly with the same numbers. May throw to
// stop the work (src/base/stopped.hpp).
using FitObserver = std::function<void(const FitProgress&)>;

// Reports a series of `total` fits of any models. Copies share their count.
class FitSeries {
 public:
  FitSeries(FitObserver observer, std::string what, int total);

  // Wraps `model` so that each of its fits counts as the next one of the series.
  FitAndPredict counted(FitAndPredict model) const;
  // For models that can report progress during a fit.
  std::function<void()> poll() const;

 private:
  FitObserver observer_;
  std::shared_ptr<FitProgress> progress_;
};

// Predicts every row by the model whose training excluded its fold.
std::vector<ProxyModel::Prediction> out_of_fold(const FitAndPredict& model, const Folds& folds,
                                                std::uint64_t seed);

// Pooled over the folds: one result per fold assignment, whose index is the training seed.
std::vector<RegressionQuality> cross_validate(const FitAndPredict& model,
                                              std::span<const double> targets,
                                              std::span<const Folds> assignments);

// At least one result.
RegressionQuality mean_quality(std::span<const RegressionQuality> results);

}  // namespace fragflow
