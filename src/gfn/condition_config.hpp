// Which rewards a run learns to sample from at once (src/gfn/conditioning.hpp).
#pragma once

#include <string>

#include "src/base/fields.hpp"

namespace fragflow {

struct ConditionConfig {
  double beta_min = 0.0;
  double beta_max = 0.0;
  std::string beta_distribution = "uniform";
  int group_size = 16;

  bool is_used() const { return beta_max > 0; }

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("beta_min", beta_min, {0.0, 1e4}, "smallest inverse temperature to learn");
    visit.number("beta_max", beta_max, {0.0, 1e4},
                 "largest; the network is told beta, and `sample --beta` chooses; reward.beta, in "
                 "this range, is what the run's own samples follow; 0: learn reward.beta only");
    visit.choice("beta_distribution", beta_distribution, {"uniform", "log_uniform"},
                 "how beta is drawn while training");
    visit.number("group_size", group_size, {1, 65536},
                 "trajectories of a batch that share a condition; vargrad compares within them");
  }
};

}  // namespace fragflow
