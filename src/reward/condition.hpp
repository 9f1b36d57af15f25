// What a conditioned policy is told besides the state: which reward of a family it is to follow.
#pragma once

#include <vector>

namespace fragflow {

struct Condition {
  double beta = 1.0;                 // log R = beta * log(max(score, floor))
  std::vector<float> features;       // the same as the network sees it; empty: no condition
  std::vector<double> weights = {};  // of the components; empty: those of the configuration

  bool is_used() const { return !features.empty(); }
};

}  // namespace fragflow
