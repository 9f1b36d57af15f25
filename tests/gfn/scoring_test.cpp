#include "src/gfn/scoring.hpp"

#include <gtest/gtest.h>

#include "envs/parents.hpp"
#include "models/make_policy.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/exact.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

std::shared_ptr<Policy> small_policy(const Environment& environment, bool learned_backward) {
  PolicyConfig config;
  config.width = 12;
  config.layers = 2;
  config.learned_backward = learned_backward;
  return make_policy(environment.shape(), config, /*seed=*/1);
}

TEST(RaggedLogsumexp, EqualsTheDenseReferenceInValueAndGradient) {
  torch::Tensor values =
      torch::tensor({100.0, -100.0, 3.0, 0.5, -2.0, 99.0}, torch::kFloat64).set_requires_grad(true);
  const torch::Tensor result = ragged_logsumexp(values, {0, 2, 5, 6});
  const torch::Tensor reference =
      torch::stack({values.narrow(0, 0, 2).logsumexp(0), values.narrow(0, 2, 3).logsumexp(0),
                    values.narrow(0, 5, 1).logsumexp(0)});
  EXPECT_TRUE(torch::allclose(result, reference, 1e-14, 1e-14));
  const torch::Tensor weights = torch::tensor({1.0, 2.0, 3.0}, torch::kFloat64);
  const auto gradient = torch::autograd::grad({(result * weights).sum()}, {values})[0];
  const auto expected = torch::autograd::grad({(reference * weights).sum()}, {values})[0];
  EXPECT_TRUE(torch::allclose(gradient, expected, 1e-14, 1e-14));
}

// Distinct children of a state share its probability among them, also where two actions lead to
// one.
void expect_children_sum_to_one(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  const auto policy = small_policy(environment, false);
  const std::vector<double> log_pf = edge_log_probabilities(environment, *policy, graph);
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    double sum = 0;
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      sum += std::exp(log_pf[e]);
    }
    ASSERT_NEAR(sum, 1.0, 1e-9) << environment.to_string(graph.states[s]);
  }
}

TEST(EdgeProbabilities, SumToOneOnRings) { expect_children_sum_to_one(*ring_world()); }
TEST(EdgeProbabilities, SumToOneOnAtoms) { expect_children_sum_to_one(*atom_world()); }
TEST(EdgeProbabilities, SumToOneOnTheGrid) { expect_children_sum_to_one(*small_grid()); }

// Scoring and the exact computation are written apart; they must agree on every transition.
void expect_scores_match_edges(const Environment& environment, bool learned_backward) {
  const StateGraph graph = enumerate(environment, 100000);
  const auto policy = small_policy(environment, learned_backward);
  policy->to(torch::kFloat64);
  const std::vector<double> edge_log_pf = edge_log_probabilities(environment, *policy, graph);
  const auto trajectories = sample_uniform_trajectories(environment, 60, 3, 0);
  const std::vector<double> log_reward(60, 0.25);
  const ScoredBatch scored =
      score_trajectories(environment, *policy, trajectories, log_reward, learned_backward);
  const auto index = index_of_states(graph);
  std::vector<int> num_parents(graph.states.size(), 0);
  for (const std::int32_t child : graph.edge_child) ++num_parents[child];
  for (int b = 0; b < 60; ++b) {
    const int length = trajectories[b].length();
    for (int t = 0; t < length; ++t) {
      const std::int64_t from = index.at(trajectories[b].states[t]);
      const std::int64_t to = index.at(trajectories[b].states[t + 1]);
      for (std::int64_t e = graph.edge_begin[from]; e < graph.edge_begin[from + 1]; ++e) {
        if (graph.edge_child[e] != to) continue;
        EXPECT_NEAR(scored.log_pf[b][t].item<double>(), edge_log_pf[e], 1e-9);
      }
      if (!learned_backward) {
        EXPECT_NEAR(scored.log_pb[b][t].item<double>(), -std::log(num_parents[to]), 1e-6);
      }
    }
    EXPECT_EQ(scored.mask[b].sum().item<std::int64_t>(), length);
    EXPECT_EQ(scored.log_flow[b][length].item<double>(), 0.25);
  }
}

TEST(Scoring, MatchesTheExactEdgesOnRings) { expect_scores_match_edges(*ring_world(), false); }
TEST(Scoring, MatchesTheExactEdgesOnAtoms) { expect_scores_match_edges(*atom_world(), true); }
TEST(Scoring, MatchesTheExactEdgesOnTheGrid) { expect_scores_match_edges(*small_grid(), true); }

// Learned P_B is a distribution over distinct parents: summed over the parents of any state, 1.
TEST(Scoring, LearnedBackwardProbabilitiesSumToOne) {
  const auto environment = ring_world();
  const auto policy = small_policy(*environment, true);
  policy->to(torch::kFloat64);
  const auto trajectories = sample_uniform_trajectories(*environment, 20, 5, 0);
  for (const Trajectory& trajectory : trajectories) {
    const State& child = trajectory.states[trajectory.length() - 1];
    double sum = 0;
    for (const Parent& parent : distinct_parents(*environment, child)) {
      // A two-transition piece parent -> child -> stop; scoring needs no start at s0.
      Trajectory piece;
      piece.states = {parent.state, child, trajectory.terminal()};
      piece.actions = {parent.actions.front(), Action::stop()};
      const std::vector<double> log_reward = {0.0};
      const ScoredBatch scored = score_trajectories(
          *environment, *policy, std::span<const Trajectory>(&piece, 1), log_reward, true);
      sum += std::exp(scored.log_pb[0][0].item<double>());
      EXPECT_EQ(scored.log_pb[0][1].item<double>(), 0.0);
    }
    EXPECT_NEAR(sum, 1.0, 1e-12);
  }
}

// The batch must not leak from one state into another.
TEST(Policy, LogitsAloneEqualLogitsInABatch) {
  const auto environment = ring_world();
  const auto policy = small_policy(*environment, false);
  torch::NoGradGuard no_grad;
  const StateGraph graph = enumerate(*environment, 100000);
  const std::span<const State> states(graph.states.data(),
                                      std::min<std::size_t>(graph.num_internal, 200));
  const StateBatch batch = make_state_batch(*environment, states, false);
  const PolicyOutput together = policy->forward(batch);
  for (std::size_t b = 0; b < states.size(); ++b) {
    const StateBatch single = make_state_batch(*environment, states.subspan(b, 1), false);
    const PolicyOutput alone = policy->forward(single);
    const torch::Tensor rows = together.place_logits.narrow(
        0, batch.place_offset[b], batch.place_offset[b + 1] - batch.place_offset[b]);
    EXPECT_TRUE(torch::allclose(rows, alone.place_logits, 1e-5, 1e-5));
    EXPECT_TRUE(torch::allclose(together.stop_logits[b], alone.stop_logits[0], 1e-5, 1e-5));
    const PolicyOutput again = policy->forward(single);
    EXPECT_TRUE(torch::equal(again.place_logits, alone.place_logits));
  }
}

}  // namespace
}  // namespace fragflow
