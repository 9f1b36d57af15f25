// Exact likelihood of given objects under a policy: the probability that a trajectory ends there,
// summed over all trajectories by pushing mass through the object's ancestors.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "envs/environment.hpp"

namespace fragflow {

class Policy;

struct Likelihood {
  double log_p = std::numeric_limits<double>::quiet_NaN();  // natural logarithm
  std::string reason;                                       // why there is none
};

// objects[i]: the distinct, reachable terminals that are one object (for instance the trees of a
// molecule); log_p is the log of the sum of their probabilities. An object with more than
// max_states distinct states among its terminals and their ancestors has a reason instead, and so
// has one without terminals. The network sees every distinct state of a block of objects once.
std::vector<Likelihood> log_likelihoods(const Environment& environment, Policy& policy,
                                        std::span<const std::vector<State>> objects,
                                        std::int64_t max_states);

}  // namespace fragflow
