#include "src/gfn/distribution.hpp"

#include <gtest/gtest.h>

#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

// The closed form on every small world: p = R / Z.
void expect_exact(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const ExactFlow flow = exact_flow(graph, log_reward);
  double log_z = 0;
  const std::vector<double> target = normalise(log_reward, &log_z);
  EXPECT_NEAR(flow.log_z, log_z, 1e-12 * std::abs(log_z) + 1e-12);
  const std::vector<double> p = terminal_distribution(graph, flow.edge_log_pf);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(p[i], target[i], 1e-12);
}

TEST(ExactFlow, ReproducesTheTargetOnRings) { expect_exact(*ring_world()); }
TEST(ExactFlow, ReproducesTheTargetOnAtoms) { expect_exact(*atom_world()); }
TEST(ExactFlow, ReproducesTheTargetOnTheGrid) { expect_exact(*small_grid()); }

TEST(TerminalDistribution, RefusesMassThatDoesNotSumToOne) {
  const auto environment = atom_world(2);
  const StateGraph graph = enumerate(*environment, 1000);
  ExactFlow flow = exact_flow(graph, terminal_log_rewards(graph));
  flow.edge_log_pf[0] -= 1.0;
  EXPECT_THROW(terminal_distribution(graph, flow.edge_log_pf), std::logic_error);
}

TEST(Distances, HandComputed) {
  const std::vector<double> p = {0.5, 0.5, 0.0}, q = {0.25, 0.5, 0.25};
  const Distances d = distances(p, q);
  EXPECT_DOUBLE_EQ(d.l1_sum, 0.5);
  EXPECT_DOUBLE_EQ(d.tv, 0.25);
  EXPECT_DOUBLE_EQ(d.l1_mean, 0.5 / 3);
  EXPECT_DOUBLE_EQ(d.kl, 0.5 * std::log(2.0));
  EXPECT_DOUBLE_EQ(d.jsd, 0.5 * (0.5 * std::log(0.5 / 0.375)) +
                              0.5 * (0.25 * std::log(0.25 / 0.375) + 0.25 * std::log(2.0)));
}

TEST(PerfectSamples, MatchesBruteForceForTwoObjects) {
  // n = 3, p = 0.3: sum over k of Binomial(3, .3)(k) * |k / 3 - .3|, and the same for 1 - p.
  const double p = 0.3, q = 0.7;
  double expected = 0;
  const double binomial[] = {q * q * q, 3 * p * q * q, 3 * p * p * q, p * p * p};
  for (int k = 0; k <= 3; ++k) expected += 2 * binomial[k] * std::abs(k / 3.0 - p);
  EXPECT_NEAR(expected_l1_of_perfect_samples(std::vector<double>{p, q}, 3), expected, 1e-12);
}

TEST(PerfectSamples, FloorOfTheStandardGrid) {
  // 8 x 8, R0 = 0.1: 48 cells of .1, 12 of .6, 4 of 2.6 (Z = 22.4); published floor .0512 at 1e4
  // samples and .0115 at 2e5.
  std::vector<double> p;
  for (int i = 0; i < 64; ++i) p.push_back((i < 48 ? 0.1 : i < 60 ? 0.6 : 2.6) / 22.4);
  EXPECT_NEAR(expected_l1_of_perfect_samples(p, 10000), 0.0512, 5e-5);
  EXPECT_NEAR(expected_l1_of_perfect_samples(p, 200000), 0.0115, 5e-5);
}

}  // namespace
}  // namespace fragflow
