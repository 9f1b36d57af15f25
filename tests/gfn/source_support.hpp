// What the tests of trajectory sources share.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/policy_config.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

inline PolicyConfig small_policy(bool learned_backward = false) {
  PolicyConfig config;
  config.width = 16;
  config.layers = 1;
  config.learned_backward = learned_backward;
  return config;
}

// The chi-square statistic of counts against probabilities; cells with fewer than 5 expected are
// pooled. It exceeds cells + 5 sqrt(2 cells) with probability below 1e-5. Returns the cells.
inline int expect_counts(const std::vector<double>& counts, const std::vector<double>& p) {
  double total = 0, chi = 0, pooled_count = 0, pooled_expected = 0;
  for (const double count : counts) total += count;
  int cells = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double expected = total * p[i];
    if (expected < 5) {
      pooled_count += counts[i];
      pooled_expected += expected;
    } else {
      chi += std::pow(counts[i] - expected, 2) / expected;
      ++cells;
    }
  }
  if (pooled_expected > 1) {
    chi += std::pow(pooled_count - pooled_expected, 2) / pooled_expected;
    ++cells;
  }
  EXPECT_GT(cells, 5);
  EXPECT_LT(chi, cells + 5 * std::sqrt(2.0 * cells));
  return cells;
}

// Gives the same objects every time.
class FixedSource : public TrajectorySource {
 public:
  explicit FixedSource(Experience experience) : experience_(std::move(experience)) {}
  SourceBatch draw(Policy&, std::int64_t, StepObserver&) override {
    return {experience_, experience_};
  }

 private:
  Experience experience_;
};

}  // namespace fragflow
