// The policy on trees against its definition in LibTorch's own operations
// (models/reference_policy.hpp), in value and gradient.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "models/make_policy.hpp"
#include "models/policy_device.hpp"
#include "src/base/check.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

// An uneven sum, so that every output counts differently.
torch::Tensor uneven_sum(const PolicyOutput& output) {
  torch::Tensor sum = torch::zeros({}, torch::kFloat64);
  for (const torch::Tensor& part :
       {output.place_logits, output.stop_logits, output.log_flow, output.backward_logits}) {
    const torch::Tensor factors = torch::linspace(-1.0, 2.0, part.numel(), torch::kFloat64).sin();
    sum = sum + (part.reshape({-1}) * factors).sum();
  }
  return sum;
}

struct Answer {
  PolicyOutput output;
  std::vector<torch::Tensor> gradients;
};

template <typename Network>
Answer ask(Policy& policy, Network&& network) {
  Answer answer{network(), {}};
  answer.gradients = torch::autograd::grad({uneven_sum(answer.output)}, policy.parameters());
  return answer;
}

// Weights of one backend are weights of the other.
void copy_weights(Policy& from, Policy& to) {
  to.to(from.parameters().front().scalar_type());
  const torch::NoGradGuard no_grad;
  ASSERT_EQ(from.named_parameters().keys(), to.named_parameters().keys());
  const std::vector<torch::Tensor> source = from.parameters();
  const std::vector<torch::Tensor> target = to.parameters();
  for (std::size_t p = 0; p < source.size(); ++p) target[p].copy_(source[p]);
}

// float64, with conditions
class FragmentPolicyFormula : public testing::TestWithParam<std::tuple<bool, bool>> {};

TEST_P(FragmentPolicyFormula, ValuesAndGradientsAreThose) {
  const auto [in_float64, with_conditions] = GetParam();
  // Ring world and carbon dioxide, which has no slot.
  const FragmentTree tree(Vocabulary::parse(R"([["c1ccccc1", [0,1,2,3,4,5]], ["C", [0]],
                                                ["O=C=O", []], ["CO", [0,1]],
                                                ["C1CCOCC1", [0,1,2,4,5]]])",
                                            "ring world"),
                          {.max_fragments = 5});
  const FragmentTree* const environment = &tree;
  PolicyConfig config;
  config.width = 24;
  config.layers = 3;
  config.learned_backward = true;
  const std::vector<float> own = {0.2F, -0.4F, 1.0F};
  const auto policy = make_policy(environment->shape(), config, /*seed=*/3,
                                  with_conditions ? own : std::vector<float>());
  {  // scales of 1 and shifts of 0 would hide what is left out
    const torch::NoGradGuard no_grad;
    for (torch::Tensor& parameter : policy->parameters()) {
      parameter.add_(torch::linspace(-0.2, 0.3, parameter.numel()).cos().view(parameter.sizes()),
                     0.1);
    }
  }
  const double tolerance = in_float64 ? 1e-11 : 2e-4;
  if (in_float64) policy->to(torch::kFloat64);
  std::vector<State> states = {environment->initial_state()};
  for (const Trajectory& trajectory : sample_uniform_trajectories(*environment, 60, 5, 0)) {
    states.insert(states.end(), trajectory.states.begin(), trajectory.states.end() - 1);
  }
  StateBatch batch = make_state_batch(*environment, states, /*with_leaves=*/true);
  if (with_conditions) {  // another one for each state
    batch.condition = torch::linspace(-9, 9, 3 * batch.num_states).sin().view({-1, 3});
  }
  config.backend = "torch";
  const auto reference = make_policy(environment->shape(), config, /*seed=*/4,
                                     with_conditions ? own : std::vector<float>());
  copy_weights(*policy, *reference);
  const Answer answer = ask(*policy, [&] { return policy->forward(batch); });
  const Answer expected = ask(*reference, [&] { return reference->forward(batch); });
  const auto expect_close = [&](const torch::Tensor& a, const torch::Tensor& b,
                                const std::string& what) {
    EXPECT_GT(b.abs().max().item<double>(), 0) << what;
    EXPECT_TRUE(torch::allclose(a, b, tolerance, tolerance * b.abs().max().item<double>()))
        << what << ": " << (a - b).abs().max().item<double>();
  };
  expect_close(answer.output.place_logits, expected.output.place_logits, "place logits");
  expect_close(answer.output.stop_logits, expected.output.stop_logits, "stop logits");
  expect_close(answer.output.log_flow, expected.output.log_flow, "log flow");
  expect_close(answer.output.backward_logits, expected.output.backward_logits, "backward logits");
  const auto names = policy->named_parameters().keys();
  for (std::size_t p = 0; p < names.size(); ++p) {
    expect_close(answer.gradients[p], expected.gradients[p], names[p]);
  }
}

// Of 200 trajectories with the same random numbers one differs where a number falls between two
// sums that differ in the last bits: less than once in a thousand runs of this test, and seed and
// machine are fixed.
TEST(PolicyBackends, DrawTheSameTrajectories) {
  const auto environment = ring_world(4);
  PolicyConfig config;
  config.width = 16;
  config.layers = 2;
  const auto native = make_policy(environment->shape(), config, 5);
  config.backend = "torch";
  const auto reference = make_policy(environment->shape(), config, 5);
  EXPECT_TRUE(native->rows_are_independent());
  EXPECT_FALSE(reference->rows_are_independent());
  const auto draw = [&](Policy& policy) {
    std::vector<State> ends;
    for (const Trajectory& trajectory : sample_trajectories(*environment, policy, 200, 3, 0, {})) {
      ends.push_back(trajectory.terminal());
    }
    return ends;
  };
  EXPECT_EQ(draw(*native), draw(*reference));
}

// "meta" is LibTorch's device of tensors without data: a network that reads a value fails there. It
// cannot find tensors left on the CPU, which LibTorch lets operations mix with it. LibTorch 1.13
// has no index_select for it, with which every network begins, and the test ends there.
std::shared_ptr<Policy> policy_on_meta(const Environment& environment,
                                       const std::vector<float>& condition) {
  PolicyConfig config;
  config.width = 16;
  config.layers = 2;
  config.backend = "torch";
  config.learned_backward = true;
  set_policy_device("meta");
  const auto policy = make_policy(environment.shape(), config, 5, condition);
  set_policy_device("cpu");
  return policy;
}

StateBatch states_of(const Environment& environment) {
  std::vector<State> states;
  for (const Trajectory& trajectory : sample_uniform_trajectories(environment, 20, 5, 0)) {
    states.insert(states.end(), trajectory.states.begin(), trajectory.states.end() - 1);
  }
  return make_state_batch(environment, states, /*with_leaves=*/true);
}

TEST(PolicyDevice, ANetworkReadsCopiesOfBatchAndParameters) {
  const auto trees = ring_world(4);
  const StateBatch batch = states_of(*trees);
  const auto policy = policy_on_meta(*trees, {0.5f});
  StateBatch seen;
  PolicyOutput nothing;
  answer_on(torch::kMeta, batch, [&](const StateBatch& there) {
    seen = there;
    return nothing;
  });
  EXPECT_EQ(seen.num_states, batch.num_states);
  for (const auto part :
       {&StateBatch::num_nodes, &StateBatch::node_label, &StateBatch::node_state,
        &StateBatch::edge_source, &StateBatch::edge_target, &StateBatch::edge_source_site,
        &StateBatch::edge_target_site, &StateBatch::place_node, &StateBatch::place_site,
        &StateBatch::place_state, &StateBatch::leaf_node, &StateBatch::leaf_state}) {
    EXPECT_TRUE((seen.*part).is_meta());
    EXPECT_EQ((seen.*part).sizes(), (batch.*part).sizes());
  }
  const auto copies = copy_parameters(*policy, torch::kMeta);
  ASSERT_EQ(copies.size(), policy->parameters().size());
  for (const auto& item : copies) EXPECT_TRUE(item.value().is_meta()) << item.key();
  for (const torch::Tensor& parameter : policy->parameters()) EXPECT_TRUE(parameter.is_cpu());
}

TEST(PolicyDevice, GradientsComeBackThroughTheCopies) {
  const auto trees = ring_world(4);
  PolicyConfig config;
  config.backend = "torch";
  const auto policy = make_policy(trees->shape(), config, 5);
  for (auto& item : copy_parameters(*policy, torch::kCPU)) item.value().sum().backward();
  for (const torch::Tensor& parameter : policy->parameters()) {
    EXPECT_TRUE(torch::equal(parameter.grad(), torch::ones_like(parameter)));
  }
}

TEST(PolicyDevice, NetworksAnswerWhereTheyLie) {
  const auto trees = ring_world(4);
  const auto grid = small_grid(6);
  for (const Environment* environment : {static_cast<const Environment*>(trees.get()),
                                         static_cast<const Environment*>(grid.get())}) {
    for (const std::vector<float>& condition :
         {std::vector<float>{}, std::vector<float>{0.5f, 1.0f}}) {
      const auto policy = policy_on_meta(*environment, condition);
      const InferencePolicy answers = policy->for_inference();  // products of embeddings
      const StateBatch batch = states_of(*environment);
      try {
        const PolicyOutput output = answers(copy_for_network(batch, torch::kMeta));
        EXPECT_TRUE(output.place_logits.is_meta());
        EXPECT_EQ(output.place_logits.sizes(), batch.place_mask.sizes());
        EXPECT_EQ(output.backward_logits.sizes(), batch.leaf_node.sizes());
      } catch (const c10::NotImplementedError& error) {
        EXPECT_NE(std::string(error.what()).find("aten::index_select"), std::string::npos)
            << error.what();
      }
    }
  }
}

TEST(PolicyDevice, IsRefusedWhereThereIsNone) {
  EXPECT_THROW(set_policy_device("gpu"), UserError);
  EXPECT_THROW(set_policy_device("cuda:999"), UserError);
  EXPECT_EQ(policy_device(), torch::Device(torch::kCPU));
}

TEST(PolicyBackends, OfVectorsAgree) {
  const auto environment = small_grid(6);
  PolicyConfig config;
  config.width = 16;
  config.learned_backward = true;
  const auto native = make_policy(environment->shape(), config, 5);
  config.backend = "torch";
  const auto reference = make_policy(environment->shape(), config, 5);
  std::vector<State> states;
  for (const Trajectory& trajectory : sample_uniform_trajectories(*environment, 40, 5, 0)) {
    states.insert(states.end(), trajectory.states.begin(), trajectory.states.end() - 1);
  }
  const StateBatch batch = make_state_batch(*environment, states, /*with_leaves=*/true);
  const Answer a = ask(*native, [&] { return native->forward(batch); });
  const Answer b = ask(*reference, [&] { return reference->forward(batch); });
  EXPECT_TRUE(torch::allclose(a.output.place_logits, b.output.place_logits, 1e-4, 1e-5));
  EXPECT_TRUE(torch::allclose(a.output.backward_logits, b.output.backward_logits, 1e-4, 1e-5));
  for (std::size_t p = 0; p < a.gradients.size(); ++p) {
    EXPECT_TRUE(torch::allclose(a.gradients[p], b.gradients[p], 1e-3, 1e-4)) << p;
  }
}

INSTANTIATE_TEST_SUITE_P(Types, FragmentPolicyFormula,
                         testing::Combine(testing::Bool(), testing::Bool()), [](const auto& info) {
                           return std::string(std::get<0>(info.param) ? "float64" : "float32") +
                                  (std::get<1>(info.param) ? "_with_conditions" : "");
                         });

}  // namespace
}  // namespace fragflow
