// Ways to ask a policy that must not change what it answers.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "models/make_policy.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/caching_policy.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

// Every unfinished state of many random trajectories; some states come several times.
std::vector<State> many_states(const Environment& environment, int trajectories) {
  std::vector<State> states;
  for (const Trajectory& trajectory :
       sample_uniform_trajectories(environment, trajectories, /*seed=*/5, /*stream=*/0)) {
    states.insert(states.end(), trajectory.states.begin(), trajectory.states.end() - 1);
  }
  return states;
}

std::shared_ptr<Policy> tree_policy(const Environment& environment) {
  PolicyConfig config;
  config.width = 12;
  config.layers = 2;
  config.learned_backward = true;
  return make_policy(environment.shape(), config, /*seed=*/3);
}

std::array<torch::Tensor, 4> as_array(const PolicyOutput& output) {
  return {output.place_logits, output.stop_logits, output.log_flow, output.backward_logits};
}

struct Answer {
  std::array<torch::Tensor, 4> outputs;
  std::vector<torch::Tensor> gradients;  // of an uneven sum of the outputs
};

// Asks for `states`, `at_once` of them at a time.
Answer ask(const Environment& environment, Policy& policy, const std::vector<State>& states,
           std::size_t at_once) {
  std::array<std::vector<torch::Tensor>, 4> rows;
  for (std::size_t i = 0; i < states.size(); i += at_once) {
    const std::span<const State> some(states.data() + i, std::min(at_once, states.size() - i));
    const auto outputs = as_array(policy.forward(make_state_batch(environment, some, true)));
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (outputs[k].defined()) rows[k].push_back(outputs[k]);
    }
  }
  Answer answer;
  torch::Tensor sum = torch::zeros({}, torch::kFloat64);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (rows[k].empty()) continue;
    answer.outputs[k] = torch::cat(rows[k]);
    const auto count = answer.outputs[k].numel();
    sum = sum +
          (answer.outputs[k].view({-1}) * torch::linspace(-1.0, 2.0, count, torch::kFloat64).sin())
              .sum();
  }
  answer.gradients = torch::autograd::grad({sum}, policy.parameters());
  return answer;
}

TEST(TreeNetwork, EqualsOneStateAtATime) {
  const auto environment = ring_world(5);
  const auto policy = tree_policy(*environment);
  policy->to(torch::kFloat64);
  const std::vector<State> states = many_states(*environment, 200);
  const Answer parts = ask(*environment, *policy, states, states.size());
  const Answer single = ask(*environment, *policy, states, 1);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_TRUE(torch::allclose(parts.outputs[k], single.outputs[k], 1e-12, 1e-12)) << k;
  }
  for (std::size_t p = 0; p < parts.gradients.size(); ++p) {
    EXPECT_GT(single.gradients[p].abs().max().item<double>(), 0) << p;
    EXPECT_TRUE(torch::allclose(parts.gradients[p], single.gradients[p], 1e-10, 1e-10)) << p;
  }
}

TEST(TreeNetwork, IsTheSameForAnyNumberOfThreads) {
  const auto environment = ring_world(5);
  const auto policy = tree_policy(*environment);
  // As many as there are lanes to share, and more; few enough for one.
  for (const int trajectories : {2, 400, 1500}) {
    const std::vector<State> states = many_states(*environment, trajectories);
    const auto ask_with = [&](int threads) {
      set_num_threads(threads);
      at::set_num_threads(threads);
      return ask(*environment, *policy, states, states.size());
    };
    const Answer one = ask_with(1);
    for (const int threads : {2, 3, 8}) {
      const Answer other = ask_with(threads);
      for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_TRUE(torch::equal(one.outputs[k], other.outputs[k])) << threads;
      }
      for (std::size_t p = 0; p < one.gradients.size(); ++p) {
        EXPECT_TRUE(torch::equal(one.gradients[p], other.gradients[p])) << threads << ", " << p;
      }
    }
  }
  set_num_threads(0);
}

TEST(TreeNetwork, OutputsThatNothingDependsOnNeedNoGradient) {
  const auto environment = ring_world(5);
  const auto policy = tree_policy(*environment);
  const std::vector<State> states = many_states(*environment, 400);
  const PolicyOutput output = policy->forward(make_state_batch(*environment, states, true));
  const auto gradients =
      torch::autograd::grad({output.stop_logits.sum()}, policy->parameters(), {},
                            /*retain_graph=*/c10::nullopt, false, /*allow_unused=*/true);
  const auto names = policy->named_parameters().keys();
  for (std::size_t p = 0; p < names.size(); ++p) {
    const bool of_other_heads = names[p].starts_with("place") || names[p].starts_with("choice") ||
                                names[p].starts_with("flow") || names[p].starts_with("leaf") ||
                                names[p] == "empty_embedding";
    EXPECT_EQ(gradients[p].abs().max().item<float>() == 0.0F, of_other_heads) << names[p];
  }
}

TEST(TreeNetwork, APartMayHaveNothingThatCounts) {
  const auto environment = ring_world(5);
  const auto policy = tree_policy(*environment);
  policy->to(torch::kFloat64);
  const std::vector<State> with_leaves = many_states(*environment, 300);
  std::vector<State> states = with_leaves;
  states.insert(states.begin(), 3000, environment->initial_state());  // without leaves
  const auto gradients_of = [&](const std::vector<State>& asked) {
    const PolicyOutput output = policy->forward(make_state_batch(*environment, asked, true));
    return torch::autograd::grad({output.backward_logits.sum()}, policy->parameters(), {},
                                 /*retain_graph=*/c10::nullopt, false, /*allow_unused=*/true);
  };
  // The states without leaves add nothing.
  const auto gradients = gradients_of(states), expected = gradients_of(with_leaves);
  double largest = 0;
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    ASSERT_EQ(gradients[p].defined(), expected[p].defined()) << p;
    if (!gradients[p].defined()) continue;
    EXPECT_TRUE(torch::allclose(gradients[p], expected[p], 1e-10, 1e-10)) << p;
    largest = std::max(largest, expected[p].abs().max().item<double>());
  }
  EXPECT_GT(largest, 0);
}

// In float32 in loops of our own, in float64 in LibTorch's operations.
TEST(VectorPolicy, AnswersAndLearnsAsLibTorchDoes) {
  const auto environment = small_grid(/*height=*/6);
  // The last corner has no place.
  const std::vector<State> states = many_states(*environment, 20);
  for (const bool learned_backward : {false, true}) {
    PolicyConfig config;
    config.width = 40;
    config.layers = 3;
    config.learned_backward = learned_backward;
    const auto policy = make_policy(environment->shape(), config, /*seed=*/3);
    config.backend = "torch";
    const auto exact = make_policy(environment->shape(), config, /*seed=*/3);
    exact->to(torch::kFloat64);
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{7}, states.size()}) {
      const Answer answer = ask(*environment, *policy, states, at_once);
      const Answer expected = ask(*environment, *exact, states, at_once);
      for (std::size_t k = 0; k < 4; ++k) {
        if (!expected.outputs[k].defined()) continue;
        EXPECT_TRUE(
            torch::allclose(answer.outputs[k].to(torch::kFloat64), expected.outputs[k], 1e-4, 1e-5))
            << k;
      }
      for (std::size_t p = 0; p < expected.gradients.size(); ++p) {
        EXPECT_GT(expected.gradients[p].abs().max().item<double>(), 0) << p;
        EXPECT_TRUE(torch::allclose(answer.gradients[p].to(torch::kFloat64), expected.gradients[p],
                                    1e-3, 1e-4))
            << p << " " << at_once;
      }
    }
  }
}

TEST(VectorPolicy, OutputsThatNothingDependsOnNeedNoGradient) {
  const auto environment = small_grid();
  PolicyConfig config;
  config.width = 8;
  const auto policy = make_policy(environment->shape(), config, /*seed=*/3);
  const StateBatch batch = make_state_batch(*environment, many_states(*environment, 5), false);
  policy->forward(batch).stop_logits.sum().backward();
  const auto parameters = policy->named_parameters();
  EXPECT_FALSE(parameters["flow.weight"].grad().defined());
  EXPECT_GT(parameters["stop.weight"].grad().abs().max().item<float>(), 0);
  EXPECT_GT(parameters["one_hot_weight"].grad().abs().max().item<float>(), 0);
}

// Counts how often it is asked.
class CountingPolicy : public Policy {
 public:
  explicit CountingPolicy(Policy& policy) : policy_(policy) {}
  PolicyOutput forward(const StateBatch& batch) override {
    ++calls;
    return policy_.forward(batch);
  }
  int calls = 0;

 private:
  Policy& policy_;
};

// Every kind of policy, with and without a condition of its own, in float32 as it is used.
struct Case {
  std::unique_ptr<Environment> environment;
  std::shared_ptr<Policy> policy;
};

std::vector<Case> every_policy() {
  std::vector<Case> cases;
  for (const std::vector<float>& condition : {std::vector<float>{}, {0.5F, -1.0F}}) {
    for (const bool grid : {true, false}) {
      Case one;
      if (grid) one.environment = small_grid(9);
      if (!grid) one.environment = ring_world(5);
      PolicyConfig config;
      config.width = 48;
      config.learned_backward = true;
      one.policy = make_policy(one.environment->shape(), config, /*seed=*/3, condition);
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

TEST(EveryPolicy, AnswersAreTheSameBitsWhateverElseIsInTheBatch) {
  const torch::NoGradGuard no_grad;
  for (const Case& one : every_policy()) {
    const std::vector<State> states = many_states(*one.environment, 60);
    const StateBatch all = make_state_batch(*one.environment, states, true);
    const auto together = as_array(one.policy->forward(all));
    const auto inference = as_array(one.policy->for_inference()(all));
    std::array<std::vector<torch::Tensor>, 4> rows;
    for (std::size_t i = 0, some = 1; i < states.size(); i += some, some = some % 5 + 1) {
      const std::span<const State> few(states.data() + i, std::min(some, states.size() - i));
      const auto outputs =
          as_array(one.policy->forward(make_state_batch(*one.environment, few, true)));
      for (std::size_t k = 0; k < rows.size(); ++k) rows[k].push_back(outputs[k]);
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
      EXPECT_TRUE(torch::equal(together[k], inference[k])) << k;
      EXPECT_TRUE(torch::equal(together[k], torch::cat(rows[k]))) << k;
    }
  }
}

TEST(EveryPolicy, SamplesAndTheirProbabilitiesAreTheSameForAnyNumberOfThreads) {
  constexpr std::int64_t kCount = 300;
  const std::vector<double> log_reward(kCount, 0.0);
  for (const Case& one : every_policy()) {
    const auto draw = [&](int threads) {
      set_num_threads(threads);
      CachingPolicy caching(*one.policy);
      auto trajectories = sample_trajectories(*one.environment, caching, kCount, 1, 0, {});
      const torch::Tensor log_pf =
          score_trajectories(*one.environment, caching, trajectories, log_reward, false).log_pf;
      set_num_threads(0);
      return std::pair(std::move(trajectories), log_pf);
    };
    const auto [alone, log_pf_alone] = draw(1);
    for (const int threads : {2, 4}) {
      const auto [shared, log_pf_shared] = draw(threads);
      for (std::int64_t i = 0; i < kCount; ++i) {
        EXPECT_EQ(alone[i].states, shared[i].states) << i;
      }
      EXPECT_TRUE(torch::equal(log_pf_alone, log_pf_shared)) << threads;
    }
  }
}

TEST(CachingPolicy, ScoresWhatItSampledWithoutAskingAgain) {
  const auto environment = atom_world(4);
  const auto policy = tree_policy(*environment);
  policy->to(torch::kFloat64);
  CountingPolicy counting(*policy);
  CachingPolicy caching(counting);
  const auto trajectories = sample_trajectories(*environment, caching, 64, 1, 0, {});
  const int calls = counting.calls;
  const std::vector<double> log_reward(64, 0.0);
  const auto remembered =
      score_trajectories(*environment, caching, trajectories, log_reward, false);
  EXPECT_EQ(counting.calls, calls);
  const auto asked = score_trajectories(*environment, *policy, trajectories, log_reward, false);
  EXPECT_TRUE(torch::allclose(remembered.log_pf, asked.log_pf, 1e-12, 1e-12));
  EXPECT_TRUE(torch::allclose(remembered.log_flow, asked.log_flow, 1e-12, 1e-12));
  EXPECT_LT(asked.log_pf.sum(1).max().item<double>(), 0);
}

TEST(CachingPolicy, AsksForStatesThatItHasNotSeen) {
  const auto environment = atom_world(4);
  const auto policy = tree_policy(*environment);
  policy->to(torch::kFloat64);
  CachingPolicy caching(*policy);
  sample_trajectories(*environment, caching, 4, 1, 0, {});
  const std::vector<State> states = many_states(*environment, 50);
  const StateBatch batch = make_state_batch(*environment, states, false);
  EXPECT_TRUE(torch::allclose(caching.forward(batch).place_logits,
                              policy->forward(batch).place_logits, 1e-12, 1e-12));
}

}  // namespace
}  // namespace fragflow
