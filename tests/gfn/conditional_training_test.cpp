// One training over a range of beta gives the exact distribution at any beta of it.
#include <gtest/gtest.h>

#include "tests/gfn/conditions_support.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

constexpr double kLow = 0.25, kHigh = 3.25;

TrainingSettings settings_for(const std::string& objective, double own_beta) {
  TrainingSettings settings;
  settings.objective.name = objective;
  settings.conditioning = conditioning(beta_range(kLow, kHigh), own_beta);
  return settings;
}

double target_tv(const StateGraph& graph, double beta, double other) {
  const auto target = [&](double b) {
    std::vector<double> log_rewards = terminal_log_rewards(graph);
    for (double& log_reward : log_rewards) log_reward *= b;
    return normalise(log_rewards);
  };
  return distances(target(beta), target(other)).tv;
}

double log_z_of(const StateGraph& graph, double beta) {
  std::vector<double> log_rewards = terminal_log_rewards(graph);
  for (double& log_reward : log_rewards) log_reward *= beta;
  double log_z = 0;
  normalise(log_rewards, &log_z);
  return log_z;
}

// Trains once and looks at both ends and the middle of the range. A policy that ignores beta is
// further than half the distance of the outer targets from one of them.
void expect_every_beta(const Environment& environment, const TrainingSettings& settings,
                       double largest_tv, double largest_log_z_error) {
  const std::string& name = settings.objective.name;
  FunctionReward reward(wavy_log_reward);
  const auto trainer = make_trainer(environment, reward, settings, /*seed=*/0);
  while (trainer->steps_done() < settings.training.steps) trainer->step();
  SafetensorsFile weights;
  trainer->save(weights);
  const StateGraph graph = enumerate(environment, 100000);
  EXPECT_LT(3 * largest_tv, target_tv(graph, 0.5, 3.0));
  for (const double beta : {0.5, 1.75, 3.0}) {
    const auto sampler = make_trainer(environment, reward, settings_for(name, beta), /*seed=*/9);
    sampler->load_weights(weights);
    EXPECT_LT(exact_tv(environment, *sampler->sampling_policy(), beta), largest_tv)
        << name << " at beta " << beta;
    EXPECT_NEAR(sampler->log_z(), log_z_of(graph, beta), largest_log_z_error)
        << name << " at beta " << beta;
  }
}

class EveryConditionedObjective : public testing::TestWithParam<std::string> {};

// Untrained policies are above 0.3. What learns a flow of every state needs longer.
TEST_P(EveryConditionedObjective, LearnsTheGridAtEveryBeta) {
  TrainingSettings settings = settings_for(GetParam(), 1.0);
  const bool is_flow = GetParam().ends_with("db");
  if (is_flow) settings.training.steps = 1500;
  expect_every_beta(*small_grid(5), settings, 0.1, is_flow ? 0.2 : 0.1);
}

INSTANTIATE_TEST_SUITE_P(Names, EveryConditionedObjective,
                         testing::Values("tb", "vargrad", "db", "subtb", "fl_db", "fl_subtb"),
                         [](const auto& name) { return name.param; });

// The 417 molecules of data/configs/space_small.toml.
TEST(ConditionedTraining, LearnsTheRingWorldAtEveryBeta) {
  TrainingSettings settings = settings_for("vargrad", 1.0);
  settings.training.steps = 900;
  expect_every_beta(*ring_world(3), settings, 0.1, 0.1);
}

TEST(ConditionedTraining, AResumedRunEqualsAnUninterruptedOne) {
  for (const char* name : {"tb", "vargrad"}) {
    TrainingSettings settings = settings_for(name, 1.0);
    settings.training.ema = 0.9;
    EXPECT_EQ(bytes_after(*ring_world(), settings, 12, 5),
              bytes_after(*ring_world(), settings, 12, -1))
        << name;
  }
}

}  // namespace
}  // namespace fragflow
