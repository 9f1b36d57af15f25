// What a Gaussian process believes of several molecules together.
#pragma once

#include <cstdint>
#include <vector>

namespace fragflow {

// Of the activities themselves, without the noise of a measurement; in the units of the model,
// where more is better.
struct JointPosterior {
  std::vector<double> means;       // [m]
  std::vector<double> covariance;  // [m, m], row by row
  double noise = 0;                // variance that a measurement adds

  std::size_t size() const { return means.size(); }
  double covariance_of(std::size_t i, std::size_t j) const {
    return covariance[i * means.size() + j];
  }
};

// `count` independent draws of all activities together, [count, m] row by row: what Thompson
// sampling chooses by. A function of its arguments. O(m^3).
std::vector<double> joint_draws(const JointPosterior& posterior, std::int64_t count,
                                std::uint64_t seed);

}  // namespace fragflow
