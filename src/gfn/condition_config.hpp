// The family of rewards that a run learns to sample from (src/gfn/conditioning.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/fields.hpp"

namespace fragflow {

struct ConditionConfig {
  double beta_min = 0.0;
  double beta_max = 0.0;
  std::string beta_distribution = "uniform";
  std::vector<std::string> preference;
  double preference_alpha = 1.0;
  int group_size = 16;
  int front = 10;
  std::int64_t front_samples = 100;

  bool learns_beta() const { return beta_min > 0 || beta_max > 0; }
  bool learns_preferences() const { return !preference.empty(); }
  bool is_used() const { return learns_beta() || learns_preferences(); }

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("beta_min", beta_min, {0.0, 1e4}, "smallest inverse temperature to learn");
    visit.number("beta_max", beta_max, {0.0, 1e4},
                 "largest; the network is told beta, and `sample --beta` chooses; reward.beta, in "
                 "this range, is what the run's own samples follow; 0: learn reward.beta only");
    visit.choice("beta_distribution", beta_distribution, {"uniform", "log_uniform"},
                 "how beta is drawn while training");
    visit.texts(
        "preference", preference,
        "names of the reward's components among which the weight that they have together is "
        "shared anew; the network is told the shares, and `sample --preference` chooses; "
        "empty: their own weights only");
    visit.number(
        "preference_alpha", preference_alpha, {1e-2, 1e3},
        "the shares are drawn from a symmetric Dirichlet distribution with this parameter; "
        "1: uniform, smaller: rather one component alone");
    visit.number("group_size", group_size, {1, 65536},
                 "trajectories of a batch that share a condition; vargrad compares within them");
    visit.number(
        "front", front, {1, 1000},
        "with preference: at its end a run samples at shares that are multiples of 1 / this, "
        "for the front of the report");
    visit.number("front_samples", front_samples, {1, 1e9}, "objects for each of these");
  }
};

}  // namespace fragflow
