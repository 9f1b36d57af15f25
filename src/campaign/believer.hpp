// A Gaussian process conditioned on its own predictions, so that a batch can be chosen one by one
// before anything is measured: a compound that is taken counts as measured at its predicted mean
// ("kriging believer": Ginsbourger, Le Riche and Carraro 2010; "hallucinated observations":
// Desautels, Krause and Burdick, JMLR 2014). Means are unchanged, deviations shrink near it, so
// that the same uncertainty is not explored twice. Unlike with "constant liars", no value is
// invented for a compound, and an update is cheap.
#pragma once

#include <cstddef>
#include <vector>

#include "src/reward/joint_posterior.hpp"

namespace fragflow {

class Believer {
 public:
  // The posterior must outlive it.
  explicit Believer(const JointPosterior& posterior);

  double mean(std::size_t i) const { return posterior_.means[i]; }
  // Of the activity itself, without measurement noise; never negative.
  double deviation(std::size_t i) const;

  // Conditions on a noisy measurement of compound i. O(size x number of observations).
  void observe(std::size_t i);

 private:
  const JointPosterior& posterior_;
  std::vector<double> variances_;
  // The current covariance is that of the posterior minus the outer products of these.
  std::vector<std::vector<double>> downdates_;
};

}  // namespace fragflow
