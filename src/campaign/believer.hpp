// A Gaussian process that believes its own predictions, so that a batch can be chosen one by one
// before anything is measured: a compound that is taken counts as measured, at its predicted mean
// ("kriging believer": Ginsbourger, Le Riche and Carraro 2010; "hallucinated observations":
// Desautels, Krause and Burdick, JMLR 2014). Means stay as they are, deviations shrink near it, so
// that what is uncertain for the same reason is not taken twice. No value is made up for a
// compound, as "constant liars" do, and an update costs little.
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
  // Of the activity itself, without the noise of a measurement; never negative.
  double deviation(std::size_t i) const;

  // Conditions on a measurement of compound i, noise included. O(size x number of observations).
  void observe(std::size_t i);

 private:
  const JointPosterior& posterior_;
  std::vector<double> variances_;
  // The covariance is now that of the posterior less the outer products of these.
  std::vector<std::vector<double>> downdates_;
};

}  // namespace fragflow
