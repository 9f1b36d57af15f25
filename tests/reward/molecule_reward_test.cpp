#include "src/reward/molecule_reward.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace fragflow {
namespace {

// Benzene with two slots, methanol on its carbon, and a sulfinyl that must be filled.
Vocabulary vocabulary() {
  return Vocabulary::parse(R"({"fragments": [
    {"smiles": "c1ccccc1", "slots": [0, 3]}, {"smiles": "CO", "slots": [0]},
    {"smiles": "O=[SH2]=O", "slots": [{"atom": 1, "must_fill": true},
                                      {"atom": 1, "must_fill": true}]}]})",
                           "test");
}

// A chain: node i + 1 hangs on the site `parent_sites[i]` of node i with its own site 0.
State chain(const std::vector<int>& fragments, const std::vector<int>& parent_sites) {
  State state;
  state.stopped = true;
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    Node& node = state.nodes[state.num_nodes++];
    node.label = static_cast<std::uint16_t>(fragments[i]);
    if (i == 0) continue;
    node.parent = static_cast<std::int8_t>(i - 1);
    node.parent_site = static_cast<std::uint8_t>(parent_sites[i - 1]);
  }
  return state;
}

RewardConfig qed_reward() {
  RewardConfig config;
  config.beta = 3;
  config.components.emplace_back();
  config.components[0].type = "qed";
  return config;
}

TEST(MoleculeReward, ScoresTheMoleculeOfTheTree) {
  const Vocabulary fragments = vocabulary();
  MoleculeReward reward(fragments, qed_reward());
  // Benzyl alcohol, built from either end.
  const std::vector<State> states = {chain({0, 1}, {0}), chain({1, 0}, {0})};
  const auto results = reward.evaluate(states);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].object, "OCc1ccccc1");
  EXPECT_EQ(results[1].object, "OCc1ccccc1");
  EXPECT_EQ(reward.num_calls(), 1);
  MoleculeScorer scorer(qed_reward());
  const auto expected = scorer.score(std::vector<std::string>{"OCc1ccccc1"}).at(0);
  EXPECT_EQ(results[0].score, expected.score);
  EXPECT_EQ(results[0].raw, expected.raw);
  EXPECT_NEAR(results[0].log_reward, 3 * std::log(expected.score), 1e-12);
  EXPECT_THAT(reward.component_names(), testing::ElementsAre("qed"));
}

TEST(MoleculeReward, OpenMustFillSlotScoresTheFloor) {
  const Vocabulary fragments = vocabulary();
  MoleculeReward reward(fragments, qed_reward());
  // Benzenesulfinic S-H, and diphenyl sulfone.
  const std::vector<State> states = {chain({0, 2}, {0}), chain({0, 2, 0}, {0, 0})};
  EXPECT_TRUE(has_open_must_fill(fragments, states[0]));
  EXPECT_FALSE(has_open_must_fill(fragments, states[1]));
  const auto results = reward.evaluate(states);
  EXPECT_TRUE(results[0].valid);
  EXPECT_EQ(results[0].reason, "must_fill slot open");
  EXPECT_EQ(results[0].score, 0);
  EXPECT_NEAR(results[0].log_reward, 3 * std::log(1e-4), 1e-12);
  EXPECT_EQ(results[1].object, "O=S(=O)(c1ccccc1)c1ccccc1");
  EXPECT_GT(results[1].score, 0.1);

  // What is not finished may still fill it.
  State unfinished = states[0];
  unfinished.stopped = false;
  EXPECT_GT(reward.evaluate(std::vector<State>{unfinished})[0].score, 0.1);

  RewardConfig indifferent = qed_reward();
  indifferent.must_fill = false;
  EXPECT_GT(MoleculeReward(fragments, indifferent).evaluate(states)[0].score, 0.1);
}

}  // namespace
}  // namespace fragflow
