// The example of a policy of one's own: registered, right, and trained through the seam that every
// policy goes through.
#include "examples/attention_policy.hpp"

#include <gmock/gmock.h>

#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

PolicyConfig attention_config() {
  [[maybe_unused]] static const bool added = [] {
    add_policy("attention", make_attention_policy);
    return true;
  }();
  PolicyConfig config;
  config.backend = "attention";
  config.width = 16;
  config.layers = 2;
  return config;
}

TEST(AttentionPolicy, LooksAtItsOwnTreeOnly) {
  const auto environment = ring_world(4);
  const auto policy = make_policy(environment->shape(), attention_config(), /*seed=*/3);
  policy->to(torch::kFloat64);
  std::vector<State> states;
  for (const Trajectory& trajectory : sample_uniform_trajectories(*environment, 30, 5, 0)) {
    states.insert(states.end(), trajectory.states.begin(), trajectory.states.end() - 1);
  }
  const PolicyOutput together = policy->forward(make_state_batch(*environment, states, false));
  std::vector<torch::Tensor> places, stops;
  for (const State& state : states) {
    const PolicyOutput alone = policy->forward(make_state_batch(*environment, {&state, 1}, false));
    places.push_back(alone.place_logits);
    stops.push_back(alone.stop_logits);
  }
  EXPECT_TRUE(torch::allclose(together.place_logits, torch::cat(places), 1e-10, 1e-10));
  EXPECT_TRUE(torch::allclose(together.stop_logits, torch::cat(stops), 1e-10, 1e-10));
  // And it does look: without questions all fragments weigh the same. One that saw itself alone
  // would not notice.
  const torch::NoGradGuard no_grad;
  policy->named_parameters()["layer0_query.weight"].zero_();
  policy->named_parameters()["layer0_query.bias"].zero_();
  const PolicyOutput blind = policy->forward(make_state_batch(*environment, states, false));
  EXPECT_FALSE(torch::allclose(together.stop_logits, blind.stop_logits, 1e-4, 1e-4));
}

TEST(AttentionPolicy, LearnsTheTarget) {
  const auto environment = ring_world(2);
  FunctionReward reward(wavy_log_reward);
  TrainingConfig training;
  training.steps = 600;
  training.batch_size = 32;
  training.learning_rate = 5e-3;
  training.learning_rate_final = 0.05;
  Trainer trainer(*environment, reward, attention_config(), {}, training, {}, /*seed=*/0);
  const auto tv = [&] { return exact_tv(*environment, trainer.policy()); };
  EXPECT_GT(tv(), 0.2);
  while (trainer.steps_done() < training.steps) trainer.step();
  EXPECT_LT(tv(), 0.02);
}

TEST(AttentionPolicy, IsRefusedOnGrids) {
  EXPECT_THAT([&] { make_policy(small_grid()->shape(), attention_config(), 0); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("trees of fragments")));
}

}  // namespace
}  // namespace fragflow
