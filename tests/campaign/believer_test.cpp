#include "src/campaign/believer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/campaign/support.hpp"

namespace fragflow {
namespace {

// The covariance after one observation, by the textbook: S - s s' / (s_ii + noise).
JointPosterior conditioned(JointPosterior posterior, std::size_t i) {
  const JointPosterior before = posterior;
  const double scale = before.covariance_of(i, i) + before.noise;
  for (std::size_t a = 0; a < before.size(); ++a) {
    for (std::size_t b = 0; b < before.size(); ++b) {
      posterior.covariance[a * before.size() + b] -=
          before.covariance_of(a, i) * before.covariance_of(b, i) / scale;
    }
  }
  return posterior;
}

TEST(Believer, TwoCompoundsByHand) {
  // Variances 1 and 4, covariance 1.2, noise 0.5: 4 - 1.2^2 / 1.5 and 1 - 1 / 1.5 are left.
  const JointPosterior posterior{{5, 6}, {1, 1.2, 1.2, 4}, 0.5};
  Believer believer(posterior);
  EXPECT_DOUBLE_EQ(believer.deviation(0), 1);
  EXPECT_DOUBLE_EQ(believer.deviation(1), 2);
  believer.observe(0);
  EXPECT_DOUBLE_EQ(believer.mean(1), 6);
  EXPECT_NEAR(believer.deviation(0), std::sqrt(1 - 1 / 1.5), 1e-12);
  EXPECT_NEAR(believer.deviation(1), std::sqrt(4 - 1.44 / 1.5), 1e-12);
}

TEST(Believer, ManyObservationsAreThoseOfTheWholeCovariance) {
  JointPosterior dense = random_posterior(9, 3);
  const JointPosterior posterior = dense;
  Believer believer(posterior);
  for (const std::size_t i : {4, 0, 7, 4, 8}) {  // one of them twice
    believer.observe(i);
    dense = conditioned(dense, i);
    for (std::size_t k = 0; k < dense.size(); ++k) {
      EXPECT_NEAR(believer.deviation(k), std::sqrt(dense.covariance_of(k, k)), 1e-10);
    }
  }
}

TEST(Believer, NothingIsUncertainForEver) {
  JointPosterior posterior = random_posterior(4, 5);
  posterior.noise = 1e-14;
  Believer believer(posterior);
  for (std::size_t i = 0; i < 4; ++i) {
    believer.observe(i);
    believer.observe(i);
  }
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(believer.deviation(i), 0, 1e-4);
}

}  // namespace
}  // namespace fragflow
