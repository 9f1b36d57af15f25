#include "src/gfn/likelihood.hpp"

#include <gmock/gmock.h>

#include "envs/ancestors.hpp"
#include "models/make_policy.hpp"
#include "src/gfn/exact.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

// A policy far from uniform: fresh parameters and noise.
std::shared_ptr<Policy> uneven_policy(const Environment& environment) {
  PolicyConfig config;
  config.width = 16;
  config.layers = 2;
  auto policy = make_policy(environment.shape(), config, /*seed=*/3);
  torch::NoGradGuard no_grad;
  torch::manual_seed(5);
  for (torch::Tensor& parameter : policy->parameters()) {
    parameter.add_(0.3 * torch::randn_like(parameter));
  }
  return policy;
}

// Float32 logits differ by rounding between batches of other sizes.
void expect_exact_likelihoods(const Environment& environment) {
  const auto policy = uneven_policy(environment);
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> exact =
      terminal_distribution(graph, edge_log_probabilities(environment, *policy, graph));
  std::vector<std::vector<State>> objects;
  for (const State& terminal : graph.terminals()) objects.push_back({terminal});
  const auto found = log_likelihoods(environment, *policy, objects, 1000);
  double largest = 0, smallest = 1;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    ASSERT_EQ(found[i].reason, "");
    EXPECT_NEAR(std::exp(found[i].log_p), exact[i], 1e-6) << environment.to_string(objects[i][0]);
    EXPECT_NEAR(found[i].log_p, std::log(exact[i]), 1e-4) << environment.to_string(objects[i][0]);
    largest = std::max(largest, exact[i]);
    smallest = std::min(smallest, exact[i]);
  }
  EXPECT_GT(largest, 10 * smallest) << "the policy is too even to show anything";
}

TEST(Likelihood, IsExactOnRings) { expect_exact_likelihoods(*ring_world()); }
TEST(Likelihood, IsExactOnAtoms) { expect_exact_likelihoods(*atom_world()); }
TEST(Likelihood, IsExactOnTheGrid) { expect_exact_likelihoods(*small_grid()); }
TEST(Likelihood, IsExactWhereTreesFractionAMolecule) {
  FragmentTreeConfig config;
  config.max_fragments = 3;
  expect_exact_likelihoods(FragmentTree(
      Vocabulary::load(FRAGFLOW_SOURCE_DIR "/data/vocabulary_ambiguous.json"), config));
}

TEST(Likelihood, SumsOverTheTerminalsOfAnObjectAndSaysWhatItLeavesOut) {
  const auto environment = atom_world(3);
  const auto policy = uneven_policy(*environment);
  const StateGraph graph = enumerate(*environment, 1000);
  const State first = graph.terminals()[0], last = graph.terminals().back();
  const std::vector<std::vector<State>> objects = {{first}, {last}, {first, last}, {}};
  const auto found = log_likelihoods(*environment, *policy, objects, 100);
  EXPECT_NEAR(std::exp(found[2].log_p), std::exp(found[0].log_p) + std::exp(found[1].log_p), 1e-9);
  EXPECT_EQ(found[3].reason, "no terminal state");
  // One fragment, stopped: itself, the fragment and s0. Three fragments: more.
  const auto limited = log_likelihoods(*environment, *policy, objects, 3);
  EXPECT_NEAR(limited[0].log_p, found[0].log_p, 1e-5);
  EXPECT_EQ(limited[1].reason, "more than 3 states lead to it");
  EXPECT_TRUE(std::isnan(limited[1].log_p));
}

// The limit is met in the middle of the search; what was there before stays usable.
TEST(AncestorGraph, AddsAllOrNothing) {
  const auto environment = ring_world();
  const StateGraph whole = enumerate(*environment, 100000);
  AncestorGraph graph(*environment);
  const auto terminals = whole.terminals();
  EXPECT_FALSE(graph.add(terminals, whole.size() - 1));
  EXPECT_EQ(graph.size(), 0);
  ASSERT_TRUE(graph.add(terminals.subspan(0, 1), 100));
  EXPECT_FALSE(graph.add(terminals, whole.size() - 1));
  EXPECT_TRUE(graph.add(terminals, whole.size()));
  const StateGraph all = graph.graph();
  EXPECT_EQ(all.size(), whole.size());
  EXPECT_EQ(all.num_internal, whole.num_internal);
  EXPECT_EQ(all.num_edges(), whole.num_edges());
  EXPECT_EQ(all.edge_actions.size(), whole.edge_actions.size());
  for (std::int64_t e = 0; e < all.num_edges(); ++e) {
    EXPECT_LT(all.edge_parent[e], all.edge_child[e]);
  }
}

TEST(IsReachable, RefusesWhatTheLimitsForbid) {
  FragmentTreeConfig config;
  config.max_fragments = 2;
  config.min_fragments = 2;
  config.forbidden = {"O"};
  const char* text = R"([["C", [0,0,0,0]], ["O", [0,0]], ["N", [0,0,0]]])";
  const FragmentTree limited(Vocabulary::parse(text, "limited"), config);
  const auto open = atom_world(3);
  const StateGraph graph = enumerate(*open, 1000);
  const StateGraph expected = enumerate(limited, 1000);
  const auto reachable = index_of_states(expected);
  for (const State& state : graph.states) {
    EXPECT_EQ(is_reachable(limited, state), reachable.contains(state)) << open->to_string(state);
  }
  EXPECT_EQ(expected.num_terminals(), 3);  // CC, CN, NN
}

}  // namespace
}  // namespace fragflow
