#include "src/gfn/intrinsic_objectives.hpp"

#include <gtest/gtest.h>

#include "src/gfn/flow_matching.hpp"
#include "src/gfn/objective_table.hpp"
#include "tests/gfn/exact_batch.hpp"

namespace fragflow {
namespace {

// s_0 -> s_1 -> s_2 -> x: P_F = 1/2, 1/4, 1/2; P_B = 1, 1/2 (stop: 1); R = 2, Z = 3;
// F(s_1) = 4, F(s_2) = 0.5; r = 0.25, 2, 0.5.
ScoredBatch example() {
  ScoredBatch batch;
  batch.log_pf = doubles({0.5, 0.25, 0.5}).log().unsqueeze(0);
  batch.log_pb = doubles({1.0, 0.5, 1.0}).log().unsqueeze(0);
  batch.log_reward = doubles({2.0}).log();
  batch.log_flow = doubles({9.0, 4.0, 0.5, 2.0}).log().unsqueeze(0);
  batch.intrinsic = doubles({0.25, 2.0, 0.5, 0.5}).unsqueeze(0);
  batch.mask = torch::ones({1, 3}, torch::kBool);
  return batch;
}

constexpr double kForward = 3 * 0.5 * 0.25 * 0.5;  // Z prod P_F

TEST(IntrinsicObjectives, TrajectoryFormsByHand) {
  const torch::Tensor log_z = doubles({3.0}).log();
  const double edges = (1 + 2.0 / 4) * (0.5 + 0.5 / 0.5);
  const ScoredBatch batch = example();
  EXPECT_NEAR(as_double(edge_balance(batch, log_z).value[0]), std::log(kForward / (2 * edges)),
              1e-12);
  EXPECT_NEAR(as_double(joint_balance(batch, log_z).value[0]), std::log(kForward / (2.5 * edges)),
              1e-12);
  EXPECT_NEAR(as_double(terminal_balance(batch, log_z).value[0]), std::log(kForward / (2.5 * 0.5)),
              1e-12);
  EXPECT_NEAR(as_double(node_balance(batch, log_z).value[0]),
              std::log(kForward / ((2 + 0.25 + 2 + 0.5) * 0.5)), 1e-12);
}

TEST(IntrinsicObjectives, DetailedFormsByHand) {
  const torch::Tensor log_z = doubles({3.0}).log();
  const Residuals edge = edge_detailed_balance(example(), log_z);
  EXPECT_NEAR(as_double(edge.value[0][0]), std::log(3 * 0.5 / (4 * 1 + 2.0)), 1e-12);
  EXPECT_NEAR(as_double(edge.value[0][1]), std::log(4 * 0.25 / (0.5 * 0.5 + 0.5)), 1e-12);
  EXPECT_NEAR(as_double(edge.value[0][2]), std::log(0.5 * 0.5 / 2), 1e-12);
  const Residuals joint = joint_detailed_balance(example(), log_z);
  EXPECT_NEAR(as_double(joint.value[0][1]), as_double(edge.value[0][1]), 1e-12);
  EXPECT_NEAR(as_double(joint.value[0][2]), std::log(0.5 * 0.5 / 2.5), 1e-12);
}

// Inflow 3 against outflow 2 + r = 2; flow into the object 1 against R + r = 0.5 + 1.5.
TEST(IntrinsicObjectives, FlowMatchingByHand) {
  FlowBatch batch{
      doubles({3.0}).log(), doubles({2.0}).log(), doubles({1.0}).log(), doubles({0.5}).log(), {},
      doubles({2.0}),       doubles({1.5})};
  const Residuals r = intrinsic_flow_matching(batch, /*leaf_coefficient=*/10.0);
  EXPECT_NEAR(as_double(r.value[0]), std::log(3.0 / 4), 1e-12);
  EXPECT_NEAR(as_double(r.value[1]), std::log(1.0 / 2), 1e-12);
  EXPECT_NEAR(as_double(r.weight[1]), 10.0, 1e-12);
}

// Intrinsic rewards of 0 leave the objective as it is.
TEST(IntrinsicObjectives, WithoutRewardsTheyAreThePlainOnes) {
  ScoredBatch batch = example();
  batch.intrinsic.zero_();
  const torch::Tensor log_z = doubles({3.0}).log();
  const torch::Tensor plain = trajectory_balance(batch, log_z).value;
  for (const auto form : {edge_balance, joint_balance, terminal_balance, node_balance}) {
    EXPECT_TRUE(torch::allclose(form(batch, log_z).value, plain, 1e-12, 1e-12));
  }
  EXPECT_TRUE(torch::allclose(joint_detailed_balance(batch, log_z).value,
                              detailed_balance(batch, log_z).value, 1e-12, 1e-12));
}

// r held fixed: a made-up positive number per state, that of an object being that of the state it
// stops from.
double fixed_intrinsic(const State& state) {
  double sum = 0.3 * state.num_nodes;
  for (int i = 0; i < state.num_nodes; ++i) sum += state.nodes[i].label + 0.5 * state.nodes[i].site;
  return 0.5 + 0.4 * std::sin(sum);
}

enum class Form { kEdge, kJoint, kFlowMatching };

std::vector<int> count_parents(const StateGraph& graph) {
  std::vector<int> count(graph.size(), 0);
  for (const std::int32_t child : graph.edge_child) ++count[child];
  return count;
}

// The fixed-r solution as stated: F(s) = T(s) + sum over children of [P_B F(s') + r(s')], or for
// flow matching in(s) = (R + r(x)) + sum over children of [P_B in(s')] + r(s).
struct FixedSolution {
  ExactFlow flow;
  std::vector<double> in;  // flow matching: inflow per state
};

FixedSolution solve(const StateGraph& graph, const std::vector<double>& log_reward, Form form) {
  const std::vector<int> num_parents = count_parents(graph);
  FixedSolution solution{exact_flow(graph, log_reward), std::vector<double>(graph.size(), 0.0)};
  std::vector<double> F(graph.num_internal, 0.0), edge(graph.num_edges());
  for (std::int64_t s = graph.num_internal - 1; s >= 0; --s) {
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      const std::int32_t child = graph.edge_child[e];
      if (child >= graph.num_internal) {
        const double added = form == Form::kEdge ? 0.0 : fixed_intrinsic(graph.states[s]);
        edge[e] = std::exp(log_reward[child - graph.num_internal]) + added;
        solution.in[child] = edge[e];
      } else if (form == Form::kFlowMatching) {
        edge[e] = solution.in[child] / num_parents[child];
      } else {
        edge[e] = F[child] / num_parents[child] + fixed_intrinsic(graph.states[child]);
      }
      F[s] += edge[e];
    }
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      solution.flow.edge_log_pf[e] = std::log(edge[e] / F[s]);
    }
    solution.flow.log_flow[s] = std::log(F[s]);
    solution.in[s] = F[s] + fixed_intrinsic(graph.states[s]);
  }
  solution.flow.log_z = std::log(F[0]);
  return solution;
}

double distance_to_target(const StateGraph& graph, const std::vector<double>& log_reward,
                          const ExactFlow& flow) {
  return distances(normalise(log_reward), terminal_distribution(graph, flow.edge_log_pf)).tv;
}

void expect_fixed_solutions(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const std::vector<Trajectory> trajectories = random_trajectories(environment);
  const std::pair<const char*, Form> cases[] = {{"gafn_edge", Form::kEdge},
                                                {"gafn_db", Form::kEdge},
                                                {"gafn_joint", Form::kJoint},
                                                {"gafn_db_joint", Form::kJoint}};
  for (const auto& [name, form] : cases) {
    const ExactFlow flow = solve(graph, log_reward, form).flow;
    ScoredBatch batch = exact_batch(environment, graph, flow, log_reward, trajectories);
    batch.intrinsic = state_values(trajectories, batch.log_flow.size(1), fixed_intrinsic);
    const Residuals r =
        find_objective(name).of_trajectories(batch, doubles({flow.log_z}), ObjectiveConfig{});
    EXPECT_LT(as_double(r.value.abs().max()), 1e-11) << name;
    // ... which is not R / Z, and a log Z above that of R.
    EXPECT_GT(distance_to_target(graph, log_reward, flow), 0.05) << name;
    EXPECT_GT(flow.log_z, exact_flow(graph, log_reward).log_z) << name;
  }
}

TEST(IntrinsicObjectives, VanishAtTheFixedSolutionOfRings) {
  expect_fixed_solutions(*ring_world());
}
TEST(IntrinsicObjectives, VanishAtTheFixedSolutionOfAtoms) {
  expect_fixed_solutions(*atom_world());
}
TEST(IntrinsicObjectives, VanishAtTheFixedSolutionOfTheGrid) {
  expect_fixed_solutions(*small_grid());
}

// terminal has the solution of the reward R + r.
TEST(IntrinsicObjectives, TerminalSolvesTheSumOfBothRewards) {
  const auto environment = ring_world();
  const StateGraph graph = enumerate(*environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  std::vector<double> log_sum;
  for (std::int64_t i = 0; i < graph.num_terminals(); ++i) {
    State state = graph.terminals()[i];
    state.stopped = false;
    log_sum.push_back(std::log(std::exp(log_reward[i]) + fixed_intrinsic(state)));
  }
  const ExactFlow flow = exact_flow(graph, log_sum);
  const std::vector<Trajectory> trajectories = random_trajectories(*environment);
  ScoredBatch batch = exact_batch(*environment, graph, flow, log_reward, trajectories);
  batch.intrinsic = state_values(trajectories, batch.log_flow.size(1), fixed_intrinsic);
  EXPECT_LT(as_double(terminal_balance(batch, doubles({flow.log_z})).value.abs().max()), 1e-11);
}

void expect_fixed_flow_matching(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const FixedSolution solution = solve(graph, log_reward, Form::kFlowMatching);
  std::vector<double> log_in, log_out, log_stop, intrinsic, object_intrinsic;
  for (std::int64_t s = 1; s < graph.num_internal; ++s) {
    log_in.push_back(std::log(solution.in[s]));
    log_out.push_back(solution.flow.log_flow[s]);
    intrinsic.push_back(fixed_intrinsic(graph.states[s]));
  }
  for (std::int64_t x = graph.num_internal; x < graph.size(); ++x) {
    log_stop.push_back(std::log(solution.in[x]));
    State state = graph.states[x];
    state.stopped = false;
    object_intrinsic.push_back(fixed_intrinsic(state));
  }
  const FlowBatch batch{
      doubles(log_in),    doubles(log_out),         doubles(log_stop), doubles(log_reward), {},
      doubles(intrinsic), doubles(object_intrinsic)};
  EXPECT_LT(as_double(intrinsic_flow_matching(batch, 1.0).value.abs().max()), 1e-11);
  EXPECT_GT(as_double(flow_matching(batch, 1.0).value.abs().max()), 0.05);
  EXPECT_GT(distance_to_target(graph, log_reward, solution.flow), 0.05);
}

TEST(IntrinsicObjectives, FlowMatchingVanishesAtTheFixedSolution) {
  expect_fixed_flow_matching(*ring_world());
  expect_fixed_flow_matching(*small_grid());
}

}  // namespace
}  // namespace fragflow
