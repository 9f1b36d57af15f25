#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/optimisation.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/source_support.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

using Settings = TrainingSettings;

class EveryObjective : public testing::TestWithParam<std::string> {};

// Exact total variation; untrained policies are above 0.3 on both worlds.
TEST_P(EveryObjective, LearnsTheRingWorld) {
  Settings settings;
  settings.objective.name = GetParam();
  EXPECT_LT(trained_tv(*ring_world(2), settings), 0.05);
}

TEST_P(EveryObjective, LearnsTheGrid) {
  Settings settings;
  settings.objective.name = GetParam();
  EXPECT_LT(trained_tv(*small_grid(5), settings), 0.05);
}

INSTANTIATE_TEST_SUITE_P(Names, EveryObjective, testing::ValuesIn(objective_names()),
                         [](const auto& name) { return name.param; });

TEST(Trainer, LearnedBackwardPolicyReachesTheTargetToo) {
  Settings settings;
  settings.policy.learned_backward = true;
  settings.training.ema = 0.9;
  EXPECT_LT(trained_tv(*ring_world(2), settings), 0.05);
}

TEST(Trainer, ABackwardPolicyTrainedByLikelihoodReachesTheTargetToo) {
  Settings settings;
  settings.policy.learned_backward = true;
  settings.objective.backward = "likelihood";
  EXPECT_LT(trained_tv(*ring_world(2), settings), 0.05);
}

TEST(Trainer, LearnsWithAnotherBetaAtFirst) {
  const auto environment = small_grid(5);
  const auto first_loss = [&](double scale, double beta_initial, double beta_until) {
    FunctionReward reward([=](const State& state) { return scale * wavy_log_reward(state); });
    Settings settings;
    settings.training.beta_initial = beta_initial;
    settings.training.beta_until = beta_until;
    Trainer trainer(*environment, reward, settings.policy, settings.objective, settings.training,
                    settings.exploration, /*seed=*/0);
    return trainer.step().loss;
  };
  EXPECT_EQ(first_loss(1, 0.25, 0.5), first_loss(0.25, 0, 0.5));
  EXPECT_NE(first_loss(1, 0.25, 0.5), first_loss(1, 0, 0.5));
  EXPECT_EQ(first_loss(1, 0.25, 0), first_loss(1, 0, 0.5));
}

TEST(Trainer, LossesUnderDifferentBetasChooseNoWeights) {
  const auto environment = small_grid(5);
  FunctionReward reward(wavy_log_reward);
  Settings settings;
  settings.training.beta_initial = 0.25;
  settings.training.keep_best = 4;
  EXPECT_THROW(Trainer(*environment, reward, settings.policy, settings.objective, settings.training,
                       settings.exploration, /*seed=*/0),
               UserError);
}

TEST(Trainer, ReachesTheTargetAfterAnotherBeta) {
  Settings settings;
  settings.training.beta_initial = 0.25;
  settings.training.beta_until = 0.3;
  settings.exploration.replay.batch_size = 8;
  EXPECT_LT(trained_tv(*small_grid(5), settings), 0.05);
}

TEST(BetaAt, IsLinearUpToTheEnd) {
  TrainingConfig training;
  training.steps = 100;
  EXPECT_EQ(beta_at(training, 10, 0), 10);
  training.beta_initial = 2;
  EXPECT_EQ(beta_at(training, 10, 0), 2);
  EXPECT_EQ(beta_at(training, 10, 25), 6);
  EXPECT_EQ(beta_at(training, 10, 50), 10);
  EXPECT_EQ(beta_at(training, 10, 99), 10);
}

// VarGrad has no learned log Z; what it reports is the running mean of its estimates.
TEST(Trainer, VarGradReportsLogZ) {
  const auto environment = small_grid(5);
  FunctionReward reward(wavy_log_reward);
  Settings settings;
  settings.objective.name = "vargrad";
  Trainer trainer(*environment, reward, settings.policy, settings.objective, settings.training,
                  settings.exploration, /*seed=*/0);
  while (trainer.steps_done() < settings.training.steps) trainer.step();
  double log_z = 0;
  normalise(terminal_log_rewards(enumerate(*environment, 1000)), &log_z);
  EXPECT_NEAR(trainer.log_z(), log_z, 0.02);
}

TEST(Trainer, AnUntrainedPolicyIsFarFromTheTarget) {
  Settings settings;
  settings.training.steps = 0;
  EXPECT_GT(trained_tv(*ring_world(2), settings), 0.3);
  EXPECT_GT(trained_tv(*small_grid(5), settings), 0.3);
}

std::string bytes_of(int steps, int interrupt_at, const std::string& objective = "tb") {
  set_num_threads(2);
  Settings settings;
  settings.objective.name = objective;
  settings.training.ema = 0.95;
  std::string bytes = bytes_after(*ring_world(), settings, steps, interrupt_at);
  set_num_threads(0);
  return bytes;
}

TEST(Trainer, TheSameSeedGivesTheSameBits) { EXPECT_EQ(bytes_of(200, -1), bytes_of(200, -1)); }
TEST(Trainer, AResumedRunEqualsAnUninterruptedOne) {
  EXPECT_EQ(bytes_of(40, 17), bytes_of(40, -1));
}
// Intrinsic rewards have weights and moments of their own, flow matching a log Z that follows.
TEST(Trainer, AResumedRunEqualsAnUninterruptedOneForEveryObjective) {
  for (const std::string& name : objective_names()) {
    EXPECT_EQ(bytes_of(12, 5, name), bytes_of(12, -1, name)) << name;
  }
}

TEST(Trainer, ANonFiniteRewardStopsTheRun) {
  const auto environment = small_grid();
  FunctionReward reward([](const State&) { return -std::numeric_limits<double>::infinity(); });
  Settings settings;
  Trainer trainer(*environment, reward, settings.policy, settings.objective, settings.training,
                  settings.exploration, 0);
  EXPECT_THROW(trainer.step(), UserError);
  EXPECT_EQ(trainer.steps_done(), 0);
}

TEST(Sampler, TheSameTrajectoriesForAnyNumberOfThreads) {
  const auto environment = ring_world();
  const auto draw = [&](int threads) {
    set_num_threads(threads);
    const auto trajectories = sample_uniform_trajectories(*environment, 200, 1, 2);
    set_num_threads(0);
    std::vector<State> terminals;
    for (const Trajectory& trajectory : trajectories) terminals.push_back(trajectory.terminal());
    return terminals;
  };
  EXPECT_EQ(draw(1), draw(4));
}

TEST(Sampler, StopsEarlyWhereThatIsLegal) {
  const auto environment = ring_world();
  FunctionReward reward(wavy_log_reward);
  Trainer trainer(*environment, reward, PolicyConfig{}, {}, {}, {}, /*seed=*/2);
  const auto stopped_at_once = [&](double probability) {
    Exploration exploration;
    exploration.stop = probability;
    std::int64_t count = 0;
    for (const Trajectory& trajectory :
         sample_trajectories(*environment, trainer.policy(), 1000, 5, 0, exploration)) {
      count += trajectory.terminal().num_nodes == 1;
    }
    return count;
  };
  EXPECT_EQ(stopped_at_once(1), 1000);
  // Half of them, and those that the untrained policy stops: 5 deviations, a false alarm in 1e6.
  EXPECT_GT(stopped_at_once(0.5), 500 - 5 * 16);
  EXPECT_LT(stopped_at_once(0), 500 - 5 * 16);
}

TEST(Trainer, ExploresByStoppingEarlyIfToldTo) {
  const auto environment = ring_world();
  FunctionReward reward(wavy_log_reward);
  ExplorationConfig exploration;
  exploration.stop = 1;
  Trainer trainer(*environment, reward, PolicyConfig{}, {}, {}, exploration, /*seed=*/2);
  for (const Trajectory& trajectory : trainer.step().visited.trajectories) {
    EXPECT_EQ(trajectory.terminal().num_nodes, 1);
  }
}

// Sampled frequencies against the exact distribution of the same (untrained) policy: 20,000
// samples, cells with fewer than 5 expected pooled; the statistic exceeds its mean by 5 deviations
// with probability below 1e-5.
TEST(Sampler, DrawsFromTheExactDistributionOfThePolicy) {
  const auto environment = atom_world(3);
  PolicyConfig config;
  config.width = 16;
  config.layers = 1;
  FunctionReward reward(wavy_log_reward);
  Trainer trainer(*environment, reward, config, {}, {}, {}, /*seed=*/2);
  const StateGraph graph = enumerate(*environment, 10000);
  const std::vector<double> p =
      terminal_distribution(graph, edge_log_probabilities(*environment, trainer.policy(), graph));
  const auto index = index_of_states(graph);
  std::vector<double> counts(p.size(), 0.0);
  constexpr int kSamples = 20000;
  for (const Trajectory& trajectory :
       sample_trajectories(*environment, trainer.policy(), kSamples, 11, 0, {})) {
    ++counts[index.at(trajectory.terminal()) - graph.num_internal];
  }
  EXPECT_GT(expect_counts(counts, p), 10);
}

}  // namespace
}  // namespace fragflow
