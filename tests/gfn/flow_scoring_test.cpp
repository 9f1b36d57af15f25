#include "src/gfn/flow_scoring.hpp"

#include <gtest/gtest.h>

#include "models/make_policy.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/exact.hpp"
#include "tests/gfn/exact_batch.hpp"

namespace fragflow {
namespace {

std::shared_ptr<Policy> double_policy(const Environment& environment) {
  PolicyConfig config;
  config.width = 12;
  config.layers = 2;
  auto policy = make_policy(environment.shape(), config, /*seed=*/1);
  policy->to(torch::kFloat64);
  return policy;
}

// F of every edge of the graph: the network on one state at a time, exponentials added up.
std::vector<double> edge_flows(const Environment& environment, Policy& policy,
                               const StateGraph& graph) {
  torch::NoGradGuard no_grad;
  std::vector<double> flows(graph.num_edges(), 0.0);
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    const StateBatch alone = make_state_batch(environment, {&graph.states[s], 1}, false);
    const ActionDistribution distribution(policy.forward(alone), alone);
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      for (const Action action : graph.actions(e)) {
        const std::int64_t at = distribution.flat_index(0, action);
        flows[e] += std::exp(as_double(distribution.flat_logits()[at]));
      }
    }
  }
  return flows;
}

void expect_flows_of_the_graph(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const auto policy = double_policy(environment);
  const std::vector<double> flows = edge_flows(environment, *policy, graph);
  std::vector<double> in(graph.size(), 0.0), out(graph.size(), 0.0);
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    in[graph.edge_child[e]] += flows[e];
    out[graph.edge_parent[e]] += flows[e];
  }
  const std::vector<Trajectory> trajectories = random_trajectories(environment);
  std::vector<double> log_reward;
  for (const Trajectory& t : trajectories) log_reward.push_back(wavy_log_reward(t.terminal()));
  const FlowBatch batch = score_flows(environment, *policy, trajectories, log_reward);
  const auto index = index_of_states(graph);
  std::int64_t visit = 0;
  for (std::int64_t b = 0; b < 50; ++b) {
    for (int t = 1; t < trajectories[b].length(); ++t, ++visit) {
      const std::int64_t s = index.at(trajectories[b].states[t]);
      ASSERT_NEAR(as_double(batch.log_in[visit]), std::log(in[s]), 1e-9);
      ASSERT_NEAR(as_double(batch.log_out[visit]), std::log(out[s]), 1e-9);
    }
    const std::int64_t x = index.at(trajectories[b].terminal());
    EXPECT_NEAR(as_double(batch.log_stop[b]), std::log(in[x]), 1e-9);
    EXPECT_EQ(as_double(batch.log_reward[b]), log_reward[b]);
  }
  EXPECT_EQ(batch.log_in.size(0), visit);
  EXPECT_NEAR(as_double(batch.log_z), std::log(out[0]), 1e-9);
}

TEST(FlowScoring, MatchesTheGraphOfRings) { expect_flows_of_the_graph(*ring_world()); }
TEST(FlowScoring, MatchesTheGraphOfAtoms) { expect_flows_of_the_graph(*atom_world()); }
TEST(FlowScoring, MatchesTheGraphOfTheGrid) { expect_flows_of_the_graph(*small_grid()); }

// A step to the border ends the episode: several edges lead into one object.
TEST(FlowScoring, MatchesTheGraphOfAGridWithForcedStops) {
  HypergridConfig config;
  config.height = 4;
  config.forced_stop = true;
  expect_flows_of_the_graph(Hypergrid(config));
}

}  // namespace
}  // namespace fragflow
