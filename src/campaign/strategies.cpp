#include "src/campaign/strategies.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/campaign/acquisition.hpp"
#include "src/campaign/believer.hpp"

namespace fragflow {
namespace {

class ConfidenceScore : public BatchScore {
 public:
  explicit ConfidenceScore(const BatchQuestion& question)
      : believer_(*question.posterior), kappa_(question.kappa) {
    const auto size = static_cast<std::size_t>(question.fingerprints->size());
    for (std::size_t i = size; i < question.posterior->size(); ++i) believer_.observe(i);
  }
  double value(std::size_t candidate, std::size_t) const override {
    return upper_confidence_bound(believer_.mean(candidate), believer_.deviation(candidate),
                                  kappa_);
  }
  void taken(std::size_t candidate) override { believer_.observe(candidate); }

 private:
  Believer believer_;
  double kappa_;
};

class ImprovementScore : public BatchScore {
 public:
  explicit ImprovementScore(const BatchQuestion& question)
      : believer_(*question.posterior), best_(question.best) {
    const auto size = static_cast<std::size_t>(question.fingerprints->size());
    for (std::size_t i = size; i < question.posterior->size(); ++i) taken(i);
  }
  double value(std::size_t candidate, std::size_t) const override {
    return expected_improvement(believer_.mean(candidate), believer_.deviation(candidate), best_);
  }
  void taken(std::size_t candidate) override {
    believer_.observe(candidate);
    best_ = std::max(best_, believer_.mean(candidate));
  }

 private:
  Believer believer_;
  double best_;
};

class ThompsonScore : public BatchScore {
 public:
  explicit ThompsonScore(const BatchQuestion& question)
      : draws_(question.draws), width_(question.posterior->size()) {}
  double value(std::size_t candidate, std::size_t slot) const override {
    return draws_[slot * width_ + candidate];
  }
  void taken(std::size_t) override {}

 private:
  const std::vector<double>& draws_;
  std::size_t width_;
};

class DistanceScore : public BatchScore {
 public:
  explicit DistanceScore(const BatchQuestion& question)
      : fingerprints_(*question.fingerprints), nearest_(question.to_known) {}
  double value(std::size_t candidate, std::size_t) const override {
    return 1 - nearest_[candidate];
  }
  void taken(std::size_t candidate) override {
    for (std::size_t i = 0; i < nearest_.size(); ++i) {
      nearest_[i] =
          std::max(nearest_[i], fingerprints_.tanimoto(static_cast<std::int64_t>(i),
                                                       static_cast<std::int64_t>(candidate)));
    }
  }

 private:
  const FingerprintSet& fingerprints_;
  std::vector<double> nearest_;
};

// Scores that do not change.
class FixedScore : public BatchScore {
 public:
  explicit FixedScore(std::vector<double> values) : values_(std::move(values)) {}
  double value(std::size_t candidate, std::size_t) const override { return values_[candidate]; }
  void taken(std::size_t) override {}

 private:
  std::vector<double> values_;
};

std::vector<double> random_values(std::size_t size, std::uint64_t seed) {
  Rng rng(mix_seed(seed, "random batch"));
  std::vector<double> values(size);
  for (double& value : values) value = rng.uniform();
  return values;
}

}  // namespace

const std::vector<std::string>& strategy_names() {
  static const std::vector<std::string> names = {"exploit", "ucb",     "ei",    "thompson",
                                                 "diverse", "similar", "random"};
  return names;
}

bool asks_model(const std::string& strategy) {
  return strategy != "diverse" && strategy != "similar" && strategy != "random";
}

std::unique_ptr<BatchScore> make_score(const BatchQuestion& question) {
  const std::string& strategy = question.strategy;
  if (strategy == "exploit") return std::make_unique<FixedScore>(question.posterior->means);
  if (strategy == "ucb") return std::make_unique<ConfidenceScore>(question);
  if (strategy == "ei") return std::make_unique<ImprovementScore>(question);
  if (strategy == "thompson") return std::make_unique<ThompsonScore>(question);
  if (strategy == "diverse") return std::make_unique<DistanceScore>(question);
  if (strategy == "similar") return std::make_unique<FixedScore>(question.to_best);
  if (strategy == "random") {
    return std::make_unique<FixedScore>(
        random_values(static_cast<std::size_t>(question.fingerprints->size()), question.seed));
  }
  user_error("there is no strategy '{}'{}; there are: {}", strategy,
             did_you_mean(strategy, strategy_names()), join(strategy_names()));
}

}  // namespace fragflow
