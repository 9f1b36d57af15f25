// Every objective of trajectories once more: plain loops over one trajectory at a time, in double,
// straight from the formulas of docs/formulas.md. Slow, and shares nothing with src/gfn.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace fragflow::reference {

// Transition t leads from state t to state t + 1; the last one leads to x unless the trajectory is
// incomplete. Sizes T, T + 1 for those of states.
struct PlainTrajectory {
  std::vector<double> log_pf, log_pb;
  std::vector<double> log_flow;   // F of the network, F~ for forward-looking; unused at s_0 and x
  std::vector<double> energy;     // -log R of the unfinished object; unused at s_0 and x
  std::vector<double> intrinsic;  // r; at x that of the object
  double log_reward = 0;
  double own_log_z = 0;  // added to that of the options: what depends on the condition
  bool is_complete = true;

  int length() const { return static_cast<int>(log_pf.size()); }
};

struct Options {
  std::string name;
  double log_z = 0;
  double subtb_lambda = 0.9;
};

inline bool is_forward_looking(const std::string& name) { return name.starts_with("fl_"); }

// What R is replaced by.
inline double target(const PlainTrajectory& p, const std::string& name) {
  const double reward = std::exp(p.log_reward);
  if (name == "gafn_joint" || name == "gafn_terminal" || name == "gafn_db_joint") {
    return std::log(reward + p.intrinsic.back());
  }
  if (name == "gafn_node") {
    double sum = 0;
    for (int t = 0; t < p.length(); ++t) sum += p.intrinsic[t];
    return std::log(reward + sum);
  }
  return p.log_reward;
}

// log F of state t, where the objective speaks of F.
inline double log_flow(const PlainTrajectory& p, int t, const Options& options) {
  if (t == 0) return options.log_z + p.own_log_z;
  if (t == p.length() && p.is_complete) return target(p, options.name);
  return is_forward_looking(options.name) ? p.log_flow[t] - p.energy[t] : p.log_flow[t];
}

// log P_B of transition t, augmented where the objective says so.
inline double log_pb(const PlainTrajectory& p, int t, const std::string& name) {
  const bool augments =
      name == "gafn_edge" || name == "gafn_joint" || name == "gafn_db" || name == "gafn_db_joint";
  const bool is_move = t + 1 < p.length();
  if (!augments || !is_move) return p.log_pb[t];
  return std::log(std::exp(p.log_pb[t]) + p.intrinsic[t + 1] / std::exp(p.log_flow[t + 1]));
}

// The residual of the piece from state i to state j.
inline double piece(const PlainTrajectory& p, int i, int j, const Options& options) {
  double residual = log_flow(p, i, options) - log_flow(p, j, options);
  for (int t = i; t < j; ++t) residual += p.log_pf[t] - log_pb(p, t, options.name);
  return residual;
}

// The loss with g = square.
inline double loss(const std::vector<PlainTrajectory>& batch, const Options& options) {
  const std::string& name = options.name;
  double sum = 0, weights = 0;
  if (name == "vargrad") {
    double mean = 0;
    for (const PlainTrajectory& p : batch) mean += piece(p, 0, p.length(), options);
    mean /= static_cast<double>(batch.size());
    for (const PlainTrajectory& p : batch) {
      sum += std::pow(piece(p, 0, p.length(), options) - mean, 2);
    }
    return sum / static_cast<double>(batch.size());
  }
  const bool is_db =
      name == "db" || name == "fl_db" || name == "gafn_db" || name == "gafn_db_joint";
  const bool is_subtb = name == "subtb" || name == "fl_subtb";
  for (const PlainTrajectory& p : batch) {
    for (int i = 0; i < p.length(); ++i) {
      for (int j = i + 1; j <= p.length(); ++j) {
        const bool is_whole = i == 0 && j == p.length();
        if (!is_subtb && !(is_db ? j == i + 1 : is_whole)) continue;
        const double weight = is_subtb ? std::pow(options.subtb_lambda, j - i) : 1.0;
        sum += weight * std::pow(piece(p, i, j, options), 2);
        weights += weight;
      }
    }
  }
  return sum / weights;
}

}  // namespace fragflow::reference
