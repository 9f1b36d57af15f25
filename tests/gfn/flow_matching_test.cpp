#include "src/gfn/flow_matching.hpp"

#include <gtest/gtest.h>

#include "tests/gfn/exact_batch.hpp"

namespace fragflow {
namespace {

// Two states, one object: inflows 3 and 2, outflows 3 and 4, stop 1 against R = e.
TEST(FlowMatching, HandComputed) {
  const FlowBatch batch{doubles({std::log(3.0), std::log(2.0)}),
                        doubles({std::log(3.0), std::log(4.0)}), doubles({0.0}), doubles({1.0})};
  const Residuals residuals = flow_matching(batch, /*leaf_coefficient=*/10.0);
  const double half = -std::log(2.0);
  EXPECT_NEAR(residuals.value[0].item<double>(), 0.0, 1e-15);
  EXPECT_NEAR(residuals.value[1].item<double>(), half, 1e-15);
  EXPECT_NEAR(residuals.value[2].item<double>(), -1.0, 1e-15);
  EXPECT_NEAR(loss(residuals, {}).item<double>(), half * half / 2 + 10.0, 1e-12);
}

TEST(FlowMatching, RefusesAnEmptyBatch) {
  EXPECT_THROW(flow_matching({doubles({}), doubles({}), doubles({}), doubles({})}, 1.0),
               std::logic_error);
}

// Every state of the world with its flows F(s, a) summed.
FlowBatch flows_of(const StateGraph& graph, const ExactFlow& flow,
                   const std::vector<double>& log_reward) {
  std::vector<double> in(graph.size(), 0), out(graph.size(), 0);
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    const double along = std::exp(flow.log_flow[graph.edge_parent[e]] + flow.edge_log_pf[e]);
    out[graph.edge_parent[e]] += along;
    in[graph.edge_child[e]] += along;
  }
  std::vector<double> log_in, log_out, log_stop;
  for (std::int64_t s = 1; s < graph.num_internal; ++s) {
    log_in.push_back(std::log(in[s]));
    log_out.push_back(std::log(out[s]));
  }
  for (std::int64_t x = graph.num_internal; x < graph.size(); ++x) {
    log_stop.push_back(std::log(in[x]));
  }
  return {doubles(log_in), doubles(log_out), doubles(log_stop), doubles(log_reward)};
}

void expect_zero_at_the_solution(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  ExactFlow flow = exact_flow(graph, log_reward);
  const Residuals exact = flow_matching(flows_of(graph, flow, log_reward), 1.0);
  EXPECT_LT(exact.value.abs().max().item<double>(), 1e-12);
  flow.edge_log_pf[0] += 0.1;
  const Residuals wrong = flow_matching(flows_of(graph, flow, log_reward), 1.0);
  EXPECT_GT(wrong.value.abs().max().item<double>(), 1e-3);
}

TEST(FlowMatching, VanishesAtTheSolutionOnRings) { expect_zero_at_the_solution(*ring_world()); }
TEST(FlowMatching, VanishesAtTheSolutionOnAtoms) { expect_zero_at_the_solution(*atom_world()); }
TEST(FlowMatching, VanishesAtTheSolutionOnTheGrid) { expect_zero_at_the_solution(*small_grid()); }

}  // namespace
}  // namespace fragflow
