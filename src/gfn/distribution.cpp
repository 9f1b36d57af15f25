#include "src/gfn/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr double kMassTolerance = 1e-6;

}  // namespace

double log_add(double a, double b) {
  const double high = std::max(a, b), low = std::min(a, b);
  return std::isinf(low) ? high : high + std::log1p(std::exp(low - high));
}

std::vector<double> terminal_distribution(const StateGraph& graph,
                                          std::span<const double> edge_log_pf) {
  FRAGFLOW_CHECK(static_cast<std::int64_t>(edge_log_pf.size()) == graph.num_edges(),
                 "{} log-probabilities for {} edges", edge_log_pf.size(), graph.num_edges());
  std::vector<double> mass(graph.states.size(), 0.0);
  mass[0] = 1.0;
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      mass[graph.edge_child[e]] += mass[s] * std::exp(edge_log_pf[e]);
    }
  }
  std::vector<double> terminals(mass.begin() + graph.num_internal, mass.end());
  double total = 0;
  for (const double p : terminals) total += p;
  FRAGFLOW_CHECK(std::abs(total - 1.0) < kMassTolerance, "terminal mass is {}", total);
  return terminals;
}

ExactFlow exact_flow(const StateGraph& graph, std::span<const double> log_reward) {
  FRAGFLOW_CHECK(static_cast<std::int64_t>(log_reward.size()) == graph.num_terminals(),
                 "{} rewards for {} terminals", log_reward.size(), graph.num_terminals());
  std::vector<int> num_parents(graph.states.size(), 0);
  for (const std::int32_t child : graph.edge_child) ++num_parents[child];
  ExactFlow flow;
  flow.log_flow.assign(graph.states.size(), -std::numeric_limits<double>::infinity());
  flow.edge_log_pf.resize(graph.num_edges());
  flow.edge_log_pb.resize(graph.num_edges());
  std::copy(log_reward.begin(), log_reward.end(), flow.log_flow.begin() + graph.num_internal);
  for (std::int64_t s = graph.num_internal - 1; s >= 0; --s) {
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      const std::int32_t child = graph.edge_child[e];
      flow.edge_log_pb[e] = -std::log(static_cast<double>(num_parents[child]));
      flow.log_flow[s] = log_add(flow.log_flow[s], flow.log_flow[child] + flow.edge_log_pb[e]);
    }
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      flow.edge_log_pf[e] =
          flow.log_flow[graph.edge_child[e]] + flow.edge_log_pb[e] - flow.log_flow[s];
    }
  }
  flow.log_z = flow.log_flow[0];
  return flow;
}

std::vector<double> normalise(std::span<const double> log_reward, double* log_z) {
  FRAGFLOW_CHECK(!log_reward.empty(), "no objects");
  const double largest = *std::max_element(log_reward.begin(), log_reward.end());
  double sum = 0;
  for (const double value : log_reward) sum += std::exp(value - largest);
  const double normaliser = largest + std::log(sum);
  if (log_z != nullptr) *log_z = normaliser;
  std::vector<double> p;
  p.reserve(log_reward.size());
  for (const double value : log_reward) p.push_back(std::exp(value - normaliser));
  return p;
}

Distances distances(std::span<const double> p, std::span<const double> q) {
  FRAGFLOW_CHECK(p.size() == q.size() && !p.empty(), "{} and {} objects", p.size(), q.size());
  Distances result;
  const auto relative_entropy = [](double a, double b) { return a > 0 ? a * std::log(a / b) : 0; };
  for (std::size_t i = 0; i < p.size(); ++i) {
    result.l1_sum += std::abs(p[i] - q[i]);
    result.kl += relative_entropy(p[i], q[i]);
    const double middle = 0.5 * (p[i] + q[i]);
    result.jsd += 0.5 * (relative_entropy(p[i], middle) + relative_entropy(q[i], middle));
  }
  result.tv = 0.5 * result.l1_sum;
  result.l1_mean = result.l1_sum / static_cast<double>(p.size());
  return result;
}

double expected_l1_of_perfect_samples(std::span<const double> p, std::int64_t num_samples) {
  const auto n = static_cast<double>(num_samples);
  double total = 0;
  for (const double x : p) {
    if (x <= 0 || x >= 1) continue;
    // E|K - n x| = 2 m C(n, m) x^m (1 - x)^(n - m + 1) with m = floor(n x) + 1.
    const double m = std::floor(n * x) + 1;
    if (m > n) continue;
    const double log_choose = std::lgamma(n + 1) - std::lgamma(m + 1) - std::lgamma(n - m + 1);
    total += 2 * m / n * std::exp(log_choose + m * std::log(x) + (n - m + 1) * std::log1p(-x));
  }
  return total;
}

}  // namespace fragflow
