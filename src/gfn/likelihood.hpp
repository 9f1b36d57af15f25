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
  std::string reason;                                       // why log_p is missing
};

// objects[i]: the distinct, reachable terminals that represent one object (for example all trees of
// a molecule); log_p is the log of the sum of their probabilities. An object with more than
// max_states distinct states among its terminals and their ancestors, or without terminals, gets a
// reason instead. Within a block of objects, the network evaluates each distinct state once.
std::vector<Likelihood> log_likelihoods(const Environment& environment, Policy& policy,
                                        std::span<const std::vector<State>> objects,
                                        std::int64_t max_states);

}  // namespace fragflow
