// The joint posterior of a Gaussian process for several molecules.
#pragma once

#include <cstdint>
#include <vector>

namespace fragflow {

// Of the activities themselves, without measurement noise; in the units of the model, oriented so
// that more is better.
struct JointPosterior {
  std::vector<double> means;       // [m]
  std::vector<double> covariance;  // [m, m], row-major
  double noise = 0;                // additional variance of a measurement

  std::size_t size() const { return means.size(); }
  double covariance_of(std::size_t i, std::size_t j) const {
    return covariance[i * means.size() + j];
  }
};

// `count` independent joint draws of all activities, [count, m] row-major, as used by Thompson
// sampling. A function of its arguments. O(m^3).
std::vector<double> joint_draws(const JointPosterior& posterior, std::int64_t count,
                                std::uint64_t seed);

}  // namespace fragflow
