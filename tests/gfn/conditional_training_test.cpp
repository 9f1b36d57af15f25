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

// Two components of weight 2 together: log R = w_a log a + w_b log b.
double log_b(const State& state) {
  double sum = 0;
  for (int i = 0; i < state.num_nodes; ++i) sum += std::cos(2.0 + 1.7 * state.nodes[i].label);
  return 1.5 * sum;
}
double weighted(const State& state, double a, double b) {
  return a * wavy_log_reward(state) + b * log_b(state);
}
class TwoComponents : public FunctionReward {
 public:
  TwoComponents() : FunctionReward([](const State& state) { return weighted(state, 1, 1); }) {}
  RewardResult under(const Condition& condition, const State& state,
                     RewardResult result) const override {
    result.log_reward = weighted(state, condition.weights[0], condition.weights[1]);
    return result;
  }
};

TEST(ConditionedTraining, LearnsTheGridAtEveryPreference) {
  const auto environment = small_grid(5);
  const auto settings_at = [](double share) {
    RewardConfig reward;
    reward.components.resize(2);
    reward.components[0].name = "a", reward.components[0].weight = 2 * share;
    reward.components[1].name = "b", reward.components[1].weight = 2 * (1 - share);
    TrainingSettings settings;
    ConditionConfig condition;
    condition.preference = {"a", "b"};
    condition.group_size = 8;
    settings.conditioning = Conditioning(condition, reward, /*seed=*/3);
    return settings;
  };
  TwoComponents reward;
  const TrainingSettings settings = settings_at(0.5);
  const auto trainer = make_trainer(*environment, reward, settings, /*seed=*/0);
  while (trainer->steps_done() < settings.training.steps) trainer->step();
  SafetensorsFile weights;
  trainer->save(weights);
  const StateGraph graph = enumerate(*environment, 1000);
  const auto target_at = [&](double share) {
    std::vector<double> log_rewards;
    for (const State& state : graph.terminals()) {
      log_rewards.push_back(weighted(state, 2 * share, 2 * (1 - share)));
    }
    return normalise(log_rewards);
  };
  EXPECT_GT(distances(target_at(0.1), target_at(0.9)).tv, 0.3);
  for (const double share : {0.1, 0.5, 0.9}) {
    const auto sampler = make_trainer(*environment, reward, settings_at(share), /*seed=*/9);
    sampler->load_weights(weights);
    const std::vector<double> learned = terminal_distribution(
        graph, edge_log_probabilities(*environment, *sampler->sampling_policy(), graph));
    EXPECT_LT(distances(target_at(share), learned).tv, 0.1) << share;
  }
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
