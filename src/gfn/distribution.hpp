// Exact terminal distributions on an enumerated environment, and distances between them. No torch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "envs/enumeration.hpp"

namespace fragflow {

// log(exp(a) + exp(b)); either may be minus infinity.
double log_add(double a, double b);

// Probability of each terminal (in the order of graph.terminals()) if edges are taken with
// probability exp(edge_log_pf): mass is pushed through the DAG in topological order. Throws
// InternalError if the result does not sum to 1 within 1e-6 (edges are missing or doubled).
std::vector<double> terminal_distribution(const StateGraph& graph,
                                          std::span<const double> edge_log_pf);

// The closed form: flows of the unique solution for P_B uniform over distinct parents.
//   log F(x) = log R(x);  F(s) = sum over children of P_B(s | s') F(s');  log Z = log F(s0).
struct ExactFlow {
  std::vector<double> log_flow;     // per state
  std::vector<double> edge_log_pf;  // per edge: log F(s') + log P_B - log F(s)
  std::vector<double> edge_log_pb;  // per edge
  double log_z = 0;
};
// log_reward: per terminal, finite.
ExactFlow exact_flow(const StateGraph& graph, std::span<const double> log_reward);

// exp(log_reward - log_z), and log_z itself (log of the sum).
std::vector<double> normalise(std::span<const double> log_reward, double* log_z = nullptr);

// Distances between two distributions over the same objects.
struct Distances {
  double tv = 0;       // half the summed absolute difference
  double l1_sum = 0;   // summed absolute difference
  double l1_mean = 0;  // divided by the number of objects (the older papers' "L1")
  double kl = 0;       // KL(p || q), infinite if q misses mass of p
  double jsd = 0;      // Jensen-Shannon divergence, natural logarithm
};
Distances distances(std::span<const double> p, std::span<const double> q);

// Expected l1_sum between p and the empirical distribution of num_samples perfect samples of p: no
// sample-based figure can be expected below this floor (exact binomial mean absolute deviation, De
// Moivre 1730).
double expected_l1_of_perfect_samples(std::span<const double> p, std::int64_t num_samples);

}  // namespace fragflow
