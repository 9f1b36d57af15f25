#include "src/gfn/objectives.hpp"

#include <gtest/gtest.h>

#include "src/gfn/sampler.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

// Two trajectories, of three and of two transitions; all numbers made up.
ScoredBatch example() {
  const auto options = torch::kFloat64;
  ScoredBatch batch;
  batch.log_pf = torch::tensor({{-0.5, -1.0, -0.25}, {-2.0, -0.75, 0.0}}, options);
  batch.log_pb = torch::tensor({{0.0, -0.7, 0.0}, {-0.3, 0.0, 0.0}}, options);
  batch.log_reward = torch::tensor({1.5, -0.5}, options);
  batch.log_flow = torch::tensor({{9.0, 2.0, 1.0, 1.5}, {9.0, 0.5, -0.5, 0.0}}, options);
  batch.mask = torch::tensor({{1, 1, 1}, {1, 1, 0}}) > 0;
  return batch;
}

TEST(Objectives, TrajectoryBalanceByHand) {
  const Residuals r = trajectory_balance(example(), torch::tensor({3.0}, torch::kFloat64));
  EXPECT_NEAR(r.value[0].item<double>(), 3.0 + (-0.5 - 1.0 - 0.25) - 1.5 - (-0.7), 1e-12);
  EXPECT_NEAR(r.value[1].item<double>(), 3.0 + (-2.0 - 0.75) - (-0.5) - (-0.3), 1e-12);
  ObjectiveConfig config;
  const double a = r.value[0].item<double>(), b = r.value[1].item<double>();
  EXPECT_NEAR(loss(r, config).item<double>(), (a * a + b * b) / 2, 1e-12);
  config.regression = "huber";
  config.huber_delta = 0.4;
  const auto huber = [](double x) {
    return std::abs(x) <= 0.4 ? x * x : 2 * 0.4 * std::abs(x) - 0.16;
  };
  EXPECT_NEAR(loss(r, config).item<double>(), (huber(a) + huber(b)) / 2, 1e-12);
}

TEST(Objectives, VarianceDoesNotDependOnLogZ) {
  const Residuals r = log_partition_variance(example());
  const double a = -1.75 - 1.5 + 0.7, b = -2.75 + 0.5 + 0.3;
  EXPECT_NEAR(r.value[0].item<double>(), a - (a + b) / 2, 1e-12);
  EXPECT_NEAR(r.log_z.item<double>(), -(a + b) / 2, 1e-12);
}

TEST(Objectives, DetailedBalanceByHand) {
  const Residuals r = detailed_balance(example(), torch::tensor({3.0}, torch::kFloat64));
  EXPECT_NEAR(r.value[0][0].item<double>(), 3.0 - 0.5 - 2.0 - 0.0, 1e-12);
  EXPECT_NEAR(r.value[0][1].item<double>(), 2.0 - 1.0 - 1.0 + 0.7, 1e-12);
  EXPECT_NEAR(r.value[1][1].item<double>(), 0.5 - 0.75 + 0.5, 1e-12);
  EXPECT_EQ(r.value[1][2].item<double>(), 0.0);
  EXPECT_NEAR(r.weight.sum().item<double>(), 1.0, 1e-12);
  EXPECT_NEAR(r.weight[0][0].item<double>(), 1.0 / 5, 1e-12);
}

TEST(Objectives, SubtrajectoryBalanceEqualsTheDoubleLoop) {
  const ScoredBatch batch = example();
  const double lambda = 0.8, log_z = 3.0;
  const Residuals r = subtrajectory_balance(batch, torch::tensor({log_z}, torch::kFloat64), lambda);
  double weighted = 0, total = 0;
  for (int b = 0; b < 2; ++b) {
    const int length = b == 0 ? 3 : 2;
    for (int i = 0; i < length; ++i) {
      for (int j = i + 1; j <= length; ++j) {
        double residual = i == 0 ? log_z : batch.log_flow[b][i].item<double>();
        for (int t = i; t < j; ++t) {
          residual += batch.log_pf[b][t].item<double>() - batch.log_pb[b][t].item<double>();
        }
        residual -= batch.log_flow[b][j].item<double>();
        weighted += std::pow(lambda, j - i) * residual * residual;
        total += std::pow(lambda, j - i);
      }
    }
  }
  EXPECT_NEAR(loss(r, ObjectiveConfig{}).item<double>(), weighted / total, 1e-12);
}

// The exact solution of an enumerated world as a scored batch of random trajectories.
ScoredBatch exact_batch(const Environment& environment, const StateGraph& graph,
                        const ExactFlow& flow) {
  const auto trajectories = sample_uniform_trajectories(environment, 50, /*seed=*/0, /*stream=*/0);
  const auto index = index_of_states(graph);
  const int length = environment.max_length();
  const auto options = torch::kFloat64;
  ScoredBatch batch;
  batch.log_pf = torch::zeros({50, length}, options);
  batch.log_pb = torch::zeros({50, length}, options);
  batch.log_flow = torch::zeros({50, length + 1}, options);
  batch.log_reward = torch::zeros({50}, options);
  batch.mask = torch::zeros({50, length}, torch::kBool);
  for (int b = 0; b < 50; ++b) {
    for (int t = 0; t < trajectories[b].length(); ++t) {
      const std::int64_t from = index.at(trajectories[b].states[t]);
      const std::int64_t to = index.at(trajectories[b].states[t + 1]);
      for (std::int64_t e = graph.edge_begin[from]; e < graph.edge_begin[from + 1]; ++e) {
        if (graph.edge_child[e] != to) continue;
        batch.log_pf[b][t] = flow.edge_log_pf[e];
        batch.log_pb[b][t] = flow.edge_log_pb[e];
      }
      batch.mask[b][t] = true;
      batch.log_flow[b][t] = flow.log_flow[from];
      batch.log_flow[b][t + 1] = flow.log_flow[to];
    }
    batch.log_reward[b] = flow.log_flow[index.at(trajectories[b].terminal())];
  }
  return batch;
}

void expect_zero_residuals(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const ExactFlow flow = exact_flow(graph, terminal_log_rewards(graph));
  const ScoredBatch batch = exact_batch(environment, graph, flow);
  const torch::Tensor log_z = torch::tensor({flow.log_z}, torch::kFloat64);
  for (const char* name : {"tb", "vargrad", "db", "subtb"}) {
    ObjectiveConfig config;
    config.name = name;
    const Residuals r = residuals(batch, log_z, config);
    EXPECT_LT(r.value.abs().max().item<double>(), 1e-11) << name;
    // And not because everything is zero: another log Z is noticed (VarGrad does not know it).
    if (std::string(name) != "vargrad") {
      EXPECT_GT(residuals(batch, log_z + 1, config).value.abs().max().item<double>(), 0.5) << name;
    }
  }
}

TEST(Objectives, VanishAtTheExactSolutionOfRings) { expect_zero_residuals(*ring_world()); }
TEST(Objectives, VanishAtTheExactSolutionOfAtoms) { expect_zero_residuals(*atom_world()); }
TEST(Objectives, VanishAtTheExactSolutionOfTheGrid) { expect_zero_residuals(*small_grid()); }

}  // namespace
}  // namespace fragflow
