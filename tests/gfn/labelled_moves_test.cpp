// The bias of training on labelled moves, against closed forms and a count of automorphisms that
// shares nothing with the canonical forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "src/gfn/drawing_counts.hpp"
#include "src/gfn/exact.hpp"
#include "src/gfn/labelled_learner.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

FragmentTree tree_of(const char* vocabulary, int max_fragments) {
  FragmentTreeConfig config;
  config.max_fragments = max_fragments;
  return {Vocabulary::parse(vocabulary, "labelled"), config};
}

constexpr char kRings[] = R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]], ["CO", [0,1]],
                             ["C1CCOCC1", [0,1,2,4,5]]])";

// The joins of a tree as (site of a, b, site of b) seen from each node a.
using Joins = std::vector<std::vector<std::array<int, 3>>>;
Joins joins_of(const State& state) {
  Joins joins(state.num_nodes);
  for (int v = 1; v < state.num_nodes; ++v) {
    const Node& node = state.nodes[v];
    joins[node.parent].push_back({node.parent_site, v, node.site});
    joins[v].push_back({node.site, node.parent, node.parent_site});
  }
  return joins;
}

// |Aut(tree)|: all maps of nodes, and for each the choices of a permutation in every Aut(f) that
// carry every join to a join. For vocabularies with one slot at each site.
double count_automorphisms(const SlotTable& slots, const State& state) {
  const int n = state.num_nodes;
  const Joins joins = joins_of(state);
  std::vector<int> image(n);
  std::iota(image.begin(), image.end(), 0);
  double total = 0;
  do {
    // Nodes choose their permutations independently, given that ends match: a join (v, s) - (w, t)
    // must be mapped to the join between image[v] and image[w] at both of its ends.
    double choices = 1;
    for (int v = 0; v < n && choices > 0; ++v) {
      const int label = state.nodes[v].label;
      if (state.nodes[image[v]].label != label) {
        choices = 0;
        break;
      }
      int fitting = 0;
      for (const SitePermutation& permutation : slots.automorphisms(label)) {
        fitting += std::all_of(joins[v].begin(), joins[v].end(), [&](const auto& join) {
          return std::any_of(joins[image[v]].begin(), joins[image[v]].end(), [&](const auto& to) {
            return to[0] == permutation[join[0]] && to[1] == image[join[1]];
          });
        });
      }
      choices *= fitting;
    }
    total += choices;
  } while (std::next_permutation(image.begin(), image.end()));
  return total;
}

double drawings_per_automorphism(const SlotTable& slots, const State& state) {
  double product = 1;
  for (int v = 0; v < state.num_nodes; ++v) {
    product *= static_cast<double>(slots.automorphisms(state.nodes[v].label).size());
  }
  return product / count_automorphisms(slots, state);
}

TEST(DrawingCounts, AreSlotGroupsOverAutomorphismsOnRings) {
  const FragmentTree environment = tree_of(kRings, 4);
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> ways = drawing_counts(graph, DrawingCounter(environment));
  ASSERT_EQ(ways.size(), 8369u);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const State& tree = graph.terminals()[i];
    ASSERT_NEAR(ways[i], drawings_per_automorphism(environment.slots(), tree), 1e-9)
        << environment.to_string(tree);
  }
}

// The closed form by itself: flows backwards through the labelled balance.
TEST(DrawingCounts, SolveTheLabelledBalance) {
  const FragmentTree environment = tree_of(kRings, 3);
  const StateGraph graph = enumerate(environment, 100000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const DrawingCounter counter(environment);
  std::vector<double> flow(graph.size());
  for (std::size_t i = 0; i < log_reward.size(); ++i) {
    flow[graph.num_internal + i] = std::exp(log_reward[i]);
  }
  std::vector<double> log_pf(graph.num_edges());
  for (std::int64_t s = graph.num_internal - 1; s >= 0; --s) {
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      const std::int32_t child = graph.edge_child[e];
      double edge = 0;  // every labelled move carries F(child) / labelled removals of the child
      for (const Action action : graph.actions(e)) {
        edge += counter.num_moves(graph.states[s], action) * flow[child] /
                counter.num_removals(graph.states[child]);
      }
      flow[s] += edge;
      log_pf[e] = std::log(edge);
    }
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      log_pf[e] -= std::log(flow[s]);
    }
  }
  const std::vector<double> p = terminal_distribution(graph, log_pf);
  const std::vector<double> ways = drawing_counts(graph, DrawingCounter(environment));
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(p[i], std::exp(log_reward[i]) * ways[i] / flow[0], 1e-12);
  }
}

// Toluene from benzene with slots 0, 1 and 3, which no symmetry exchanges, and one methyl: three
// trees with one drawing each, so the molecule is drawn 3 times as often. The formula over
// automorphisms of molecules, |Aut(benzene)| |Aut(CH3)| / |Aut(toluene)| = 12 / 2, says 6. With all
// six slots there is one tree, and both say 6.
TEST(DrawingCounts, TolueneCountsThreeWhereSlotsBreakTheSymmetry) {
  const auto factor = [](const char* vocabulary, int expected_trees) {
    const FragmentTree environment = tree_of(vocabulary, 2);
    const StateGraph graph = enumerate(environment, 1000);
    const std::vector<double> ways = drawing_counts(graph, DrawingCounter(environment));
    double sum = 0;
    int trees = 0;
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const State& tree = graph.terminals()[i];
      if (tree.num_nodes != 2 || tree.nodes[0].label == tree.nodes[1].label) continue;
      sum += ways[i];
      ++trees;
    }
    EXPECT_EQ(trees, expected_trees);
    return sum;
  };
  EXPECT_DOUBLE_EQ(factor(R"([["c1ccccc1", [0,1,3]], ["C", [0]]])", 3), 3.0);
  EXPECT_DOUBLE_EQ(factor(R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]]])", 1), 6.0);
}

// Equal slots on one atom are labelled too.
TEST(DrawingCounts, EqualSlotsOfOneAtomAreCountedOneByOne) {
  const FragmentTree environment = tree_of(R"([["C", [0,0,0,0]]])", 2);
  const StateGraph graph = enumerate(environment, 1000);
  const std::vector<double> ways = drawing_counts(graph, DrawingCounter(environment));
  ASSERT_EQ(ways.size(), 2u);
  EXPECT_DOUBLE_EQ(ways[0], 1.0);
  // Ethane: 4!^2 slot permutations over 3!^2 * 2 automorphisms.
  EXPECT_DOUBLE_EQ(ways[1], 24.0 * 24.0 / (6.0 * 6.0 * 2.0));
}

TEST(LabelledLearner, GoesOnAfterACheckpoint) {
  const FragmentTree environment = tree_of(kRings, 2);
  const DrawingCounter counter(environment);
  FunctionReward reward(wavy_log_reward);
  PolicyConfig policy;
  policy.width = 8;
  policy.layers = 1;
  TrainingConfig training;
  training.steps = 6;
  training.batch_size = 8;
  const auto make = [&] {
    return LabelledLearner(
        counter, make_source(environment, reward, {}, training, /*learned_backward=*/false, 0),
        policy, training, /*seed=*/0);
  };
  LabelledLearner whole = make(), begun = make(), resumed = make();
  for (int k = 0; k < 3; ++k) begun.step();
  SafetensorsFile saved, expected, reached;
  begun.save(saved);
  resumed.load(parse_safetensors(serialise_safetensors(saved), "saved"));
  for (int k = 0; k < 6; ++k) whole.step();
  for (int k = 0; k < 3; ++k) resumed.step();
  whole.save(expected);
  resumed.save(reached);
  EXPECT_EQ(serialise_safetensors(reached), serialise_safetensors(expected));
}

TEST(LabelledLearner, EndsAtTheBiasedDistribution) {
  const FragmentTree environment = tree_of(kRings, 2);
  const StateGraph graph = enumerate(environment, 1000);
  std::vector<double> log_biased = terminal_log_rewards(graph);
  const std::vector<double> target = normalise(log_biased);
  const std::vector<double> ways = drawing_counts(graph, DrawingCounter(environment));
  for (std::size_t i = 0; i < ways.size(); ++i) log_biased[i] += std::log(ways[i]);
  const std::vector<double> biased = normalise(log_biased);
  FunctionReward reward(wavy_log_reward);
  PolicyConfig policy;
  policy.width = 32;
  policy.layers = 2;
  TrainingConfig training;
  training.steps = 400;
  training.batch_size = 32;
  training.learning_rate = 5e-3;
  const DrawingCounter counter(environment);
  LabelledLearner trainer(
      counter,
      make_source(environment, reward, {}, training, /*learned_backward=*/false, /*seed=*/0),
      policy, training, /*seed=*/0);
  while (trainer.steps_done() < training.steps) trainer.step();
  const std::vector<double> learned = terminal_distribution(
      graph, edge_log_probabilities(environment, *trainer.sampling_policy(), graph));
  EXPECT_LT(distances(biased, learned).tv, 0.05);
  EXPECT_GT(distances(target, learned).tv, 0.15);
}

}  // namespace
}  // namespace fragflow
