// The condition of a policy besides the state: which reward of a family it should follow.
#pragma once

#include <vector>

namespace fragflow {

struct Condition {
  double beta = 1.0;                 // log R = beta * log(max(score, floor))
  std::vector<float> features;       // encoded for the network; empty: no condition
  std::vector<double> weights = {};  // of the components; empty: those of the configuration

  bool is_used() const { return !features.empty(); }
};

}  // namespace fragflow
