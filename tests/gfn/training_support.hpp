// Short training runs on the small worlds.
#pragma once

#include "src/gfn/exact.hpp"
#include "src/gfn/trainer.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {

struct TrainingSettings {
  PolicyConfig policy;
  ObjectiveConfig objective;
  TrainingConfig training;
  ExplorationConfig exploration;
  Conditioning conditioning;

  TrainingSettings() {
    policy.width = 32;
    policy.layers = 2;
    training.steps = 700;
    training.batch_size = 32;
    training.learning_rate = 3e-3;
    objective.intrinsic_width = 32;
  }
};

inline std::unique_ptr<Trainer> make_trainer(const Environment& environment, Reward& reward,
                                             const TrainingSettings& settings, std::uint64_t seed) {
  return std::make_unique<Trainer>(environment, reward, settings.policy, settings.objective,
                                   settings.training, settings.exploration, seed,
                                   settings.conditioning);
}

// Of the policy's exact distribution to R^beta / Z.
inline double exact_tv(const Environment& environment, Policy& policy, double beta = 1.0) {
  const StateGraph graph = enumerate(environment, 100000);
  std::vector<double> log_rewards = terminal_log_rewards(graph);
  for (double& log_reward : log_rewards) log_reward *= beta;
  const std::vector<double> target = normalise(log_rewards);
  return distances(target,
                   terminal_distribution(graph, edge_log_probabilities(environment, policy, graph)))
      .tv;
}

// The same of a policy that was trained on wavy_log_reward.
inline double trained_tv(const Environment& environment, const TrainingSettings& settings) {
  FunctionReward reward(wavy_log_reward);
  const auto trainer = make_trainer(environment, reward, settings, /*seed=*/0);
  while (trainer->steps_done() < settings.training.steps) trainer->step();
  return exact_tv(environment, *trainer->sampling_policy());
}

// The checkpoint after `steps` steps; before step `interrupt_at` another trainer takes over from a
// checkpoint (-1: never).
inline std::string bytes_after(const Environment& environment, const TrainingSettings& settings,
                               int steps, int interrupt_at) {
  FunctionReward reward(wavy_log_reward);
  auto trainer = make_trainer(environment, reward, settings, /*seed=*/4);
  for (int i = 0; i < steps; ++i) {
    if (i == interrupt_at) {
      SafetensorsFile saved;
      trainer->save(saved);
      trainer = make_trainer(environment, reward, settings, /*seed=*/4);
      trainer->load(parse_safetensors(serialise_safetensors(saved), "saved"));
    }
    trainer->step();
  }
  SafetensorsFile file;
  trainer->save(file);
  return serialise_safetensors(file);
}

}  // namespace fragflow
