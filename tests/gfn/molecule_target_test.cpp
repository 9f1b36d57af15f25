#include "src/reward/molecule_target.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "envs/enumeration.hpp"
#include "src/gfn/distribution.hpp"
#include "src/reward/molecule_reward.hpp"

namespace fragflow {
namespace {

RewardConfig qed_reward() {
  RewardConfig config;
  config.beta = 4;
  config.components.emplace_back().type = "qed";
  return config;
}

// C, CC, CO and O: most molecules have several trees.
Vocabulary ambiguous() {
  return Vocabulary::load(FRAGFLOW_SOURCE_DIR "/data/vocabulary_ambiguous.json");
}

FragmentTreeConfig limits(int max_fragments, int min_fragments = 1) {
  FragmentTreeConfig config;
  config.max_fragments = max_fragments;
  config.min_fragments = min_fragments;
  return config;
}

// molecule -> its terminal trees, by listing all states.
std::map<std::string, std::vector<State>> trees_by_enumeration(const FragmentTree& environment) {
  MoleculeReward reward(environment.vocabulary(), qed_reward());
  const StateGraph graph = enumerate(environment, 100000);
  const auto results = reward.evaluate(graph.terminals());
  std::map<std::string, std::vector<State>> trees;
  for (std::size_t i = 0; i < results.size(); ++i) {
    trees[results[i].object].push_back(graph.terminals()[i]);
  }
  for (auto& [molecule, states] : trees) std::sort(states.begin(), states.end());
  return trees;
}

void expect_all_trees_found(const FragmentTree& environment, std::size_t least_most_trees) {
  const MoleculeTrees finder(environment);
  std::size_t most = 0;
  for (const auto& [molecule, trees] : trees_by_enumeration(environment)) {
    const MoleculeTrees::Result found = finder.find(molecule);
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(found.trees, trees) << molecule;
    most = std::max(most, trees.size());
  }
  EXPECT_GE(most, least_most_trees);
}

// Also of what a memory of trajectories keeps of a result.
void expect_other_betas(Reward& at_4, Reward& at_7, std::span<const State> states) {
  const auto from = at_4.evaluate(states), expected = at_7.evaluate(states);
  for (std::size_t i = 0; i < states.size(); ++i) {
    RewardResult kept;
    kept.log_reward = from[i].log_reward;
    kept.score = from[i].score;
    kept.valid = from[i].valid;
    for (const RewardResult& result : {from[i], kept}) {
      EXPECT_NEAR(log_reward_at_beta(at_4, states[i], result, 4, 7), expected[i].log_reward, 1e-12);
    }
  }
}

// What a reward says under a condition is what a reward of that beta says; nothing is scored again.
void expect_rewards_under_conditions(Reward& at_4, Reward& at_7, std::span<const State> states) {
  const auto results = at_4.evaluate(states), expected = at_7.evaluate(states);
  const std::int64_t calls = at_4.num_calls();
  for (std::size_t i = 0; i < states.size(); ++i) {
    const RewardResult under = at_4.under({7, {}}, states[i], results[i]);
    EXPECT_EQ(under.log_reward, expected[i].log_reward) << results[i].object;
    EXPECT_EQ(under.score, expected[i].score);
    EXPECT_NE(under.log_reward, results[i].log_reward);
  }
  EXPECT_EQ(at_4.num_calls(), calls);
}

TEST(RewardUnderACondition, IsThatOfItsBeta) {
  const FragmentTree environment(ambiguous(), limits(3));
  const StateGraph graph = enumerate(environment, 100000);
  RewardConfig config = qed_reward();
  config.floor = 0.4;  // which some of them are below
  RewardConfig at_7 = config;
  at_7.beta = 7;
  MoleculeReward trees(environment.vocabulary(), config),
      trees_at_7(environment.vocabulary(), at_7);
  expect_rewards_under_conditions(trees, trees_at_7, graph.terminals());
  expect_other_betas(trees, trees_at_7, graph.terminals());
  const auto make = [&](const RewardConfig& reward) {
    return MoleculeTarget(environment,
                          std::make_unique<MoleculeReward>(environment.vocabulary(), reward));
  };
  MoleculeTarget molecules = make(config), molecules_at_7 = make(at_7);
  expect_rewards_under_conditions(molecules, molecules_at_7, graph.terminals());
  expect_other_betas(molecules, molecules_at_7, graph.terminals());
}

// Other weights and another beta are what a reward configured so says; a filter stays one.
TEST(RewardUnderACondition, IsThatOfItsWeights) {
  const FragmentTree environment(ambiguous(), limits(3));
  const StateGraph graph = enumerate(environment, 100000);
  RewardConfig config = qed_reward();
  config.components.emplace_back().type = "sa";
  config.components.emplace_back().type = "alerts";
  config.components[2].filter = true;
  RewardConfig other = config;
  other.beta = 7;
  other.components[0].weight = 0.3, other.components[1].weight = 1.7;
  MoleculeReward reward(environment.vocabulary(), config),
      expected(environment.vocabulary(), other);
  const auto results = reward.evaluate(graph.terminals());
  const auto others = expected.evaluate(graph.terminals());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const RewardResult under =
        reward.under({7, {}, {0.3, 1.7, 1}}, graph.terminals()[i], results[i]);
    EXPECT_EQ(under.score, others[i].score);
    EXPECT_EQ(under.log_reward, others[i].log_reward);
  }
}

TEST(MoleculeTrees, AreThoseOfTheEnumeration) {
  expect_all_trees_found(FragmentTree(ambiguous(), limits(4)), 5);
}

TEST(MoleculeTrees, DependOnTheLimits) {
  expect_all_trees_found(FragmentTree(ambiguous(), limits(3, 2)), 4);
  FragmentTreeConfig without_oxygen = limits(3);
  without_oxygen.forbidden = {"O"};
  expect_all_trees_found(FragmentTree(ambiguous(), without_oxygen), 2);
  // 1-propanol: CC-CO; C-C-CO, CC-C-O, C-CC-O; C-C-C-O.
  for (const auto& [limit, expected] : {std::pair{2, 1u}, {3, 4u}, {4, 5u}}) {
    const FragmentTree environment(ambiguous(), limits(limit));
    EXPECT_EQ(MoleculeTrees(environment).find("CCCO").trees.size(), expected) << limit;
  }
}

TEST(MoleculeTrees, DependOnSlotTypesAndPatterns) {
  // CC joins by either end, but by both only as (A, B): butane from CC-CC, hexane from three.
  const char* text = R"({"fragments": [
    {"smiles": "CC", "slots": [{"atom": 0, "types": ["A", "B"]}, {"atom": 1, "types": ["A", "B"]}],
     "patterns": [[[0, "A"], [1, "B"]], [[0, "B"], [1, "A"]]]},
    {"smiles": "C", "slots": [{"atom": 0, "types": ["A"]}, {"atom": 0, "types": ["B"]}]},
    {"smiles": "CCC", "slots": [{"atom": 0, "types": ["B"]}]}], "joins": [["A", "B"]]})";
  expect_all_trees_found(FragmentTree(Vocabulary::parse(text, "typed"), limits(4)), 3);
}

TEST(MoleculeTrees, SayWhyThereIsNone) {
  const FragmentTree environment(ambiguous(), limits(3, 2));
  const MoleculeTrees finder(environment);
  EXPECT_NE(finder.find("c1ccccc1").reason, "");  // benzene: not in the vocabulary
  // Methane is a fragment; alone it has too few.
  EXPECT_NE(finder.find("C").reason.find("min_fragments"), std::string::npos);
  EXPECT_TRUE(finder.find("C").trees.empty());
}

// p(molecule), summed over trees, of the exact solution for the reward; and R(molecule) / Z.
struct Marginals {
  std::vector<double> found, wanted;
};

Marginals molecule_marginals(const FragmentTree& environment, Reward& reward) {
  const StateGraph graph = enumerate(environment, 100000);
  std::vector<double> log_rewards;
  for (const RewardResult& result : reward.evaluate(graph.terminals())) {
    log_rewards.push_back(result.log_reward);
  }
  const std::vector<double> p =
      terminal_distribution(graph, exact_flow(graph, log_rewards).edge_log_pf);
  MoleculeReward plain(environment.vocabulary(), qed_reward());
  const auto molecules = plain.evaluate(graph.terminals());
  std::map<std::string, std::pair<double, double>> marginal;  // p, R
  double z = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    auto& [mass, value] = marginal[molecules[i].object];
    if (value == 0) z += value = std::exp(molecules[i].log_reward);
    mass += p[i];
  }
  Marginals result;
  for (const auto& [molecule, entry] : marginal) {
    result.found.push_back(entry.first);
    result.wanted.push_back(entry.second / z);
  }
  return result;
}

TEST(MoleculeTarget, MakesMoleculesProportionalToTheirReward) {
  const FragmentTree environment(ambiguous(), limits(3));
  MoleculeTarget target(environment,
                        std::make_unique<MoleculeReward>(environment.vocabulary(), qed_reward()));
  const Marginals corrected = molecule_marginals(environment, target);
  ASSERT_GT(corrected.found.size(), 50u);
  for (std::size_t i = 0; i < corrected.found.size(); ++i) {
    EXPECT_NEAR(corrected.found[i], corrected.wanted[i], 1e-12);
  }
  EXPECT_LT(distances(corrected.found, corrected.wanted).tv, 1e-12);
  // Without it, molecules with many trees come too often.
  MoleculeReward plain(environment.vocabulary(), qed_reward());
  const Marginals biased = molecule_marginals(environment, plain);
  EXPECT_GT(distances(biased.found, biased.wanted).tv, 0.1);
}

TEST(MoleculeTarget, LeavesScoresAndCallsAsTheyAre) {
  const FragmentTree environment(ambiguous(), limits(3));
  MoleculeReward plain(environment.vocabulary(), qed_reward());
  MoleculeTarget target(environment,
                        std::make_unique<MoleculeReward>(environment.vocabulary(), qed_reward()));
  const auto trees = MoleculeTrees(environment).find("CCCO").trees;  // four of 1-propanol
  const auto expected = plain.evaluate(trees), found = target.evaluate(trees);
  ASSERT_EQ(found.size(), 4u);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].object, "CCCO");
    EXPECT_EQ(found[i].score, expected[i].score);
    EXPECT_EQ(found[i].raw, expected[i].raw);
    EXPECT_DOUBLE_EQ(found[i].log_reward, expected[i].log_reward - std::log(4.0));
  }
  EXPECT_EQ(target.num_calls(), 1);
  // Energies of unfinished trees may be anything; counting their trees would be for nothing.
  State unfinished = trees[0];
  unfinished.stopped = false;
  EXPECT_EQ(target.evaluate(std::vector<State>{unfinished})[0].log_reward, expected[0].log_reward);
  EXPECT_EQ(target.component_names(), plain.component_names());
}

}  // namespace
}  // namespace fragflow
