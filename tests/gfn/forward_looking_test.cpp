#include <gtest/gtest.h>

#include "src/gfn/objective_table.hpp"
#include "tests/gfn/exact_batch.hpp"

namespace fragflow {
namespace {

// s_0 -> s_1 -> s_2 -> x with E(s_1) = 0.5, E(s_2) = -1 (R = e), R(x) = e^2; F~ = e^0.2, e^-0.3.
ScoredBatch example() {
  ScoredBatch batch;
  batch.log_pf = doubles({-0.5, -1.0, -0.25}).unsqueeze(0);
  batch.log_pb = doubles({0.0, -0.7, 0.0}).unsqueeze(0);
  batch.log_reward = doubles({2.0});
  batch.log_flow = doubles({9.0, 0.2, -0.3, 2.0}).unsqueeze(0);
  batch.energy = doubles({0.0, 0.5, -1.0, 0.0}).unsqueeze(0);
  batch.mask = torch::ones({1, 3}, torch::kBool);
  return batch;
}

// The formula as published: log F~(s) + log P_F - log F~(s') - log P_B + E(s') - E(s), with
// E(s_0) = 0, E(x) = -log R(x) = -2 and log F~(x) = 0; log Z = 3.
TEST(ForwardLooking, DetailedBalanceByHand) {
  const Residuals r = forward_looking_detailed_balance(example(), doubles({3.0}));
  EXPECT_NEAR(as_double(r.value[0][0]), 3.0 - 0.5 - 0.2 - 0.0 + 0.5 - 0.0, 1e-12);
  EXPECT_NEAR(as_double(r.value[0][1]), 0.2 - 1.0 + 0.3 + 0.7 + (-1.0) - 0.5, 1e-12);
  EXPECT_NEAR(as_double(r.value[0][2]), -0.3 - 0.25 - 0.0 - 0.0 + (-2.0) - (-1.0), 1e-12);
}

TEST(ForwardLooking, SubtrajectoryBalanceByHand) {
  const Residuals r = forward_looking_subtrajectory_balance(example(), doubles({3.0}), 0.5);
  // From s_1 to x: log F~(s_1) + log P_F of two steps - log P_B - 0 + E(x) - E(s_1).
  EXPECT_NEAR(as_double(r.value[0][1][3]), 0.2 - 1.0 - 0.25 + 0.7 - 2.0 - 0.5, 1e-12);
  // All of it: the energies between cancel.
  EXPECT_NEAR(as_double(r.value[0][0][3]), 3.0 - 0.5 - 1.0 - 0.25 + 0.7 - 2.0, 1e-12);
  // Weights .5, .5, .5, .25, .25, .125.
  EXPECT_NEAR(as_double(r.weight[0][1][3]), 0.25 / 2.125, 1e-12);
}

// Any energies of unfinished objects are right, also in the middle of incomplete trajectories.
void expect_zero_residuals(const Environment& environment, bool incomplete) {
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const ExactFlow flow = exact_flow(graph, log_reward);
  std::vector<Trajectory> trajectories = random_trajectories(environment);
  if (incomplete) {
    for (Trajectory& trajectory : trajectories) {
      if (trajectory.length() < 2) continue;
      trajectory.states.pop_back();
      trajectory.actions.pop_back();
    }
  }
  ScoredBatch batch = exact_batch(environment, graph, flow, log_reward, trajectories);
  // log F~ = log F + E where the network speaks; s_0 and terminals have no energy in the batch.
  const State start = environment.initial_state();
  batch.energy = state_values(trajectories, batch.log_flow.size(1), [&](const State& state) {
    return state == start ? 0.0 : std::cos(3.0 * state.num_nodes + state.nodes[0].label);
  });
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    const Trajectory& trajectory = trajectories[b];
    if (environment.is_terminal(trajectory.states.back())) {
      batch.energy[static_cast<std::int64_t>(b)][trajectory.length()] = 0.0;
    }
  }
  batch.log_flow = batch.log_flow + batch.energy;
  const torch::Tensor log_z = doubles({flow.log_z});
  const ObjectiveConfig config;
  for (const char* name : {"fl_db", "fl_subtb"}) {
    const auto residuals = find_objective(name).of_trajectories;
    EXPECT_LT(as_double(residuals(batch, log_z, config).value.abs().max()), 1e-11) << name;
    ScoredBatch other = batch;
    other.energy = 1.1 * batch.energy;
    EXPECT_GT(as_double(residuals(other, log_z, config).value.abs().max()), 0.01) << name;
  }
}

TEST(ForwardLooking, VanishesAtTheExactSolutionOfRings) {
  expect_zero_residuals(*ring_world(), /*incomplete=*/false);
}
TEST(ForwardLooking, VanishesAtTheExactSolutionOfAtoms) {
  expect_zero_residuals(*atom_world(), /*incomplete=*/false);
}
TEST(ForwardLooking, VanishesAtTheExactSolutionOfTheGrid) {
  expect_zero_residuals(*small_grid(), /*incomplete=*/false);
}
TEST(ForwardLooking, VanishesOnIncompleteTrajectories) {
  expect_zero_residuals(*ring_world(), /*incomplete=*/true);
  expect_zero_residuals(*small_grid(), /*incomplete=*/true);
}

}  // namespace
}  // namespace fragflow
