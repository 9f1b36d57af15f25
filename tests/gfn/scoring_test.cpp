#include "src/gfn/scoring.hpp"

#include <gtest/gtest.h>

#include <cmath>

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

// Exponentials added up one by one, for every group of actions of every state, and its gradient by
// differences.
TEST(ActionDistribution, EqualsPlainLoops) {
  const auto environment = atom_world(3);
  const StateGraph graph = enumerate(*environment, 100000);
  const auto policy = small_policy(*environment, false);
  policy->to(torch::kFloat64);
  const auto states = std::span(graph.states).first(graph.num_internal);
  const StateBatch batch = make_state_batch(*environment, states, /*with_leaves=*/false);
  PolicyOutput output = policy->forward(batch);
  output.place_logits = (3.0 * output.place_logits).detach().set_requires_grad(true);
  output.stop_logits = (3.0 * output.stop_logits).detach().set_requires_grad(true);
  const double* places = output.place_logits.data_ptr<double>();
  const double* stops = output.stop_logits.data_ptr<double>();
  ActionGroups groups;
  std::vector<double> expected, entropy;
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    const auto weight = [&](Action action) {
      if (action.is_stop()) return std::exp(stops[s]);
      return std::exp(places[(batch.place_offset[s] + action.place) * batch.place_mask.size(1) +
                             action.choice]);
    };
    double all = 0;
    batch.actions[s].for_each([&](Action action) { all += weight(action); });
    entropy.push_back(0);
    batch.actions[s].for_each([&](Action action) {
      entropy.back() -= weight(action) / all * std::log(weight(action) / all);
    });
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      groups.add(s, graph.actions(e));
      double sum = 0;
      for (const Action action : graph.actions(e)) sum += weight(action);
      expected.push_back(std::log(sum / all));
    }
  }
  const auto sum_of = [&] {
    const ActionDistribution distribution(output, batch);
    const torch::Tensor log_prob = distribution.log_prob(groups);
    return (log_prob * torch::arange(log_prob.size(0), torch::kFloat64).sin()).sum() +
           distribution.entropy().sum();
  };
  const ActionDistribution distribution(output, batch);
  EXPECT_TRUE(torch::allclose(distribution.log_prob(groups),
                              torch::tensor(expected, torch::kFloat64), 1e-12, 1e-12));
  EXPECT_TRUE(torch::allclose(distribution.entropy(), torch::tensor(entropy, torch::kFloat64),
                              1e-12, 1e-12));
  const torch::Tensor inputs[] = {output.place_logits, output.stop_logits};
  const auto gradients = torch::autograd::grad({sum_of()}, {inputs[0], inputs[1]});
  const torch::NoGradGuard no_grad;
  for (int k = 0; k < 2; ++k) {
    double* values = inputs[k].data_ptr<double>();
    for (std::int64_t i = 0; i < inputs[k].numel(); i += 7) {
      const double before = values[i];
      values[i] = before + 1e-5;
      const double above = sum_of().item<double>();
      values[i] = before - 1e-5;
      const double below = sum_of().item<double>();
      values[i] = before;
      ASSERT_NEAR(gradients[k].contiguous().data_ptr<double>()[i], (above - below) / 2e-5, 1e-6);
    }
  }
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

// Scoring collects transitions from trajectories, the exact computation from the graph; they must
// agree on every transition.
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
