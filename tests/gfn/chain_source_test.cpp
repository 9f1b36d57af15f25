// Training beside Markov chains.
#include "src/gfn/chain_source.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/gfn/exact.hpp"
#include "tests/gfn/source_support.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

ChainSourceConfig chains_of(int groups, int temperatures) {
  ChainSourceConfig config;
  config.groups = groups;
  config.temperatures = temperatures;
  return config;
}

// Every proposal is scored and visited once, and one object a group is learned from, by a valid
// trajectory.
TEST(ChainSource, VisitsProposalsAndLearnsFromTheColdest) {
  const auto environment = ring_world(3);
  const auto policy = make_policy(environment->shape(), small_policy(), 8);
  FunctionReward reward(wavy_log_reward);
  ChainSource source(std::make_unique<FixedSource>(Experience{}), *environment, reward,
                     chains_of(5, 3), false, 6);
  StepObserver observer;
  std::int64_t visited = 0;
  for (int step = 0; step < 20; ++step) {
    const SourceBatch batch = source.draw(*policy, step, observer);
    ASSERT_EQ(batch.learn.trajectories.size(), 5u);
    visited += std::ssize(batch.visited.trajectories);
    EXPECT_EQ(reward.num_calls(), visited);
    for (const Experience* experience : {&batch.learn, &batch.visited}) {
      ASSERT_EQ(experience->rewards.size(), experience->trajectories.size());
      for (std::size_t i = 0; i < experience->rewards.size(); ++i) {
        const Trajectory& t = experience->trajectories[i];
        EXPECT_EQ(experience->rewards[i].log_reward, wavy_log_reward(t.terminal()));
        ASSERT_EQ(t.states.front(), environment->initial_state());
        for (int k = 0; k < t.length(); ++k) {
          ASSERT_EQ(environment->apply(t.states[k], t.actions[k]), t.states[k + 1]);
        }
      }
    }
  }
  EXPECT_GT(visited, 200);
}

// What is learned from follows R / Z in the long run, also with hotter copies.
TEST(ChainSource, LearnsFromDrawsOfTheTarget) {
  const auto environment = ring_world(2);
  const auto policy = make_policy(environment->shape(), small_policy(), 8);
  FunctionReward reward(wavy_log_reward);
  const StateGraph graph = enumerate(*environment, 10000);
  const auto index = index_of_states(graph);
  const std::vector<double> p = normalise(terminal_log_rewards(graph));
  ChainSource source(std::make_unique<FixedSource>(Experience{}), *environment, reward,
                     chains_of(50, 2), false, 6);
  StepObserver observer;
  std::vector<double> counts(p.size(), 0.0);
  for (int step = 0; step < 900; ++step) {
    const SourceBatch batch = source.draw(*policy, step, observer);
    if (step % 30 != 29) continue;  // nearly independent
    for (const Trajectory& trajectory : batch.learn.trajectories) {
      ++counts[index.at(trajectory.terminal()) - graph.num_internal];
    }
  }
  expect_counts(counts, p);
}

struct Settings : TrainingSettings {
  Settings() {
    training.steps = 500;
    training.batch_size = 8;
    exploration.chains = chains_of(16, 2);
    exploration.replay.batch_size = 8;
    exploration.replay.priority = "strata";
  }
};

TEST(ChainSource, TrainingReachesTheTarget) {
  Settings settings;
  for (const bool learned : {false, true}) {
    settings.policy.learned_backward = learned;
    EXPECT_LT(trained_tv(*ring_world(2), settings), 0.05);
  }
}

TEST(ChainSource, AResumedRunEqualsAnUninterruptedOne) {
  EXPECT_EQ(bytes_after(*ring_world(3), Settings(), 20, 9),
            bytes_after(*ring_world(3), Settings(), 20, -1));
}

TEST(ChainSource, ChainsOfOtherSettingsAreAUserError) {
  const auto environment = ring_world(3);
  const auto policy = make_policy(environment->shape(), small_policy(), 8);
  FunctionReward reward(wavy_log_reward);
  const auto source = [&](int groups) {
    return std::make_unique<ChainSource>(std::make_unique<FixedSource>(Experience{}), *environment,
                                         reward, chains_of(groups, 2), false, 6);
  };
  StepObserver observer;
  const auto saved_by = source(4);
  saved_by->draw(*policy, 0, observer);
  SafetensorsFile file;
  saved_by->save(file);
  const std::int64_t calls = reward.num_calls();
  EXPECT_NO_THROW(source(4)->load(file));
  EXPECT_EQ(reward.num_calls(), calls);  // nothing is scored again
  EXPECT_THROW(source(5)->load(file), UserError);
}

TEST(ChainSource, ObjectsOfAnotherEnvironmentAreAUserError) {
  const auto large = ring_world(3), small = ring_world(2);
  FunctionReward reward(wavy_log_reward);
  TemperedChains saved_by(*large, reward, {.groups = 40, .temperatures = 1}, 6);
  saved_by.start();
  SafetensorsFile file;
  saved_by.save(file);
  TemperedChains other(*small, reward, {.groups = 40, .temperatures = 1}, 6);
  EXPECT_THROW(other.load(file), UserError);
}

TEST(ChainSource, ObjectsMadeWithoutAStopAreRefused) {
  const Hypergrid grid({.dimension = 2, .height = 3, .forced_stop = true});
  FunctionReward reward(wavy_log_reward);
  EXPECT_THROW(ChainSource(nullptr, grid, reward, chains_of(2, 2), false, 6), UserError);
}

}  // namespace
}  // namespace fragflow
