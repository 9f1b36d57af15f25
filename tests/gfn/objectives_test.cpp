#include "src/gfn/objectives.hpp"

#include <gtest/gtest.h>

#include "src/base/rng.hpp"
#include "src/gfn/objective_table.hpp"
#include "tests/gfn/exact_batch.hpp"
#include "tests/gfn/reference_objectives.hpp"

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

// Two objects with two trajectories each: only the mean of P_F / P_B of an object counts.
TEST(Objectives, EvidenceByHand) {
  ScoredBatch batch;
  batch.log_pf = doubles({std::log(.1), std::log(.3), std::log(.2), std::log(.2)}).view({4, 1});
  batch.log_pb = doubles({std::log(.5), std::log(.5), 0, 0}).view({4, 1});
  batch.log_reward = doubles({std::log(2.), std::log(2.), std::log(3.), std::log(3.)});
  const Residuals r = evidence_variance(batch, 2);
  ASSERT_EQ(r.value.numel(), 2);
  const double a = std::log((.1 / .5 + .3 / .5) / 2 / 2.), b = std::log(.2 / 3.);
  EXPECT_NEAR(as_double(r.value[0]), (a - b) / 2, 1e-12);
  EXPECT_NEAR(as_double(r.value[1]), (b - a) / 2, 1e-12);
  EXPECT_NEAR(as_double(r.log_z), -(a + b) / 2, 1e-12);
  batch.log_reward = doubles({std::log(.4), std::log(.4), std::log(.2), std::log(.2)});
  EXPECT_LT(as_double(evidence_variance(batch, 2).value.abs().max()), 1e-12);
}

TEST(Objectives, LinexIsSteepWhereObjectsAreTooRare) {
  ObjectiveConfig config;
  config.regression = "linex";
  const auto of = [&](double residual) {
    return as_double(loss({doubles({residual}), doubles({1.0}), {}}, config));
  };
  for (const double x : {-2.5, -1.0, 0.0, 0.5, 4.0}) {
    EXPECT_NEAR(of(x), 2 * (std::exp(-x) + x - 1), 1e-12);
  }
  const double slope = 2 * (1 - std::exp(3.0));  // of the tangent at -3
  EXPECT_NEAR(of(-7), 2 * (std::exp(3.0) - 4) - 4 * slope, 1e-9);
  EXPECT_NEAR(of(1e-3), 1e-6, 1e-9);
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

// Random numbers in the layout of a batch: trajectories of 1 to 5 transitions, the last ones
// incomplete if asked for.
struct RandomBatch {
  ScoredBatch scored;
  std::vector<reference::PlainTrajectory> plain;
};

RandomBatch random_batch(bool with_incomplete) {
  constexpr int kRows = 12, kLength = 5;
  Rng rng(with_incomplete ? 11 : 10);
  RandomBatch batch;
  const auto matrix = [](int columns) { return torch::zeros({kRows, columns}, torch::kFloat64); };
  ScoredBatch& scored = batch.scored;
  scored.log_pf = matrix(kLength), scored.log_pb = matrix(kLength);
  scored.log_flow = matrix(kLength + 1), scored.energy = matrix(kLength + 1);
  scored.intrinsic = matrix(kLength + 1), scored.mask = matrix(kLength) > 0;
  scored.log_reward = torch::zeros({kRows}, torch::kFloat64);
  for (int b = 0; b < kRows; ++b) {
    reference::PlainTrajectory p;
    const int length = 1 + static_cast<int>(rng.below(kLength));
    p.is_complete = !with_incomplete || b < kRows / 2;
    p.log_reward = rng.normal();
    scored.log_reward[b] = p.log_reward;
    for (int t = 0; t <= length; ++t) {
      const bool is_terminal = t == length && p.is_complete;
      p.log_flow.push_back(rng.normal());
      p.energy.push_back(rng.normal());
      p.intrinsic.push_back(rng.uniform());
      scored.log_flow[b][t] = is_terminal ? p.log_reward : p.log_flow[t];
      scored.energy[b][t] = t == 0 || is_terminal ? 0.0 : p.energy[t];
      scored.intrinsic[b][t] = p.intrinsic[t];
      if (t == length) break;
      p.log_pf.push_back(-3 * rng.uniform());
      p.log_pb.push_back(is_terminal ? 0.0 : -2 * rng.uniform());
      scored.log_pf[b][t] = p.log_pf[t], scored.log_pb[b][t] = p.log_pb[t];
      scored.mask[b][t] = true;
    }
    batch.plain.push_back(p);
  }
  return batch;
}

TEST(Objectives, EqualPlainLoops) {
  int compared = 0;
  for (const bool with_incomplete : {false, true}) {
    const RandomBatch batch = random_batch(with_incomplete);
    for (const std::string& name : objective_names()) {
      const Objective& objective = find_objective(name);
      if (objective.of_trajectories == nullptr || objective.takes_paths) continue;
      if (with_incomplete && !objective.takes_incomplete) continue;
      ObjectiveConfig config;
      config.name = name;
      config.subtb_lambda = 0.7;
      const torch::Tensor log_z = torch::tensor({1.25}, torch::kFloat64);
      const Residuals found = objective.of_trajectories(batch.scored, log_z, config);
      EXPECT_NEAR(as_double(loss(found, config)), reference::loss(batch.plain, {name, 1.25, 0.7}),
                  1e-12)
          << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 12 + 4);
}

void expect_zero_residuals(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const ExactFlow flow = exact_flow(graph, log_reward);
  const ScoredBatch batch =
      exact_batch(environment, graph, flow, log_reward, random_trajectories(environment));
  const torch::Tensor log_z = torch::tensor({flow.log_z}, torch::kFloat64);
  const ObjectiveConfig config;
  for (const char* name : {"tb", "vargrad", "db", "subtb"}) {
    const auto residuals = find_objective(name).of_trajectories;
    EXPECT_LT(as_double(residuals(batch, log_z, config).value.abs().max()), 1e-11) << name;
    // And not because everything is zero: another log Z is noticed (VarGrad does not know it).
    if (std::string(name) != "vargrad") {
      EXPECT_GT(as_double(residuals(batch, log_z + 1, config).value.abs().max()), 0.5) << name;
    }
  }
}

TEST(Objectives, VanishAtTheExactSolutionOfRings) { expect_zero_residuals(*ring_world()); }
TEST(Objectives, VanishAtTheExactSolutionOfAtoms) { expect_zero_residuals(*atom_world()); }
TEST(Objectives, VanishAtTheExactSolutionOfTheGrid) { expect_zero_residuals(*small_grid()); }

}  // namespace
}  // namespace fragflow
