// The policy on trees against its formula (models/fragment_policy.hpp) in LibTorch's own
// operations.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "models/make_policy.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

class Formula {
 public:
  Formula(Policy& policy, const Environment::Shape& shape)
      : parameters_(policy.named_parameters()), shape_(shape) {}

  PolicyOutput operator()(const StateBatch& batch, int layers) const {
    torch::Tensor size = at("size_embedding").index_select(0, batch.num_nodes);
    torch::Tensor gain_of_places = torch::ones({1}, size.options()), gain_of_graph = gain_of_places;
    if (batch.condition.defined()) {
      const torch::Tensor given = batch.condition.to(size.scalar_type());
      const std::vector<torch::Tensor> condition =
          linear("condition.output", torch::relu(linear("condition.hidden", given))).chunk(3, 1);
      size = size + condition[0];
      gain_of_places = 1 + condition[1].index_select(0, batch.place_state);
      gain_of_graph = 1 + condition[2];
    }
    const torch::Tensor sites = embedding("site", dense(shape_.features->sites));
    torch::Tensor h =
        embedding("label", dense(shape_.features->fragments)).index_select(0, batch.node_label) +
        size.index_select(0, batch.node_state);
    for (int k = 0; k < layers; ++k) {
      h = layer("layer" + std::to_string(k) + "_", h, sites, batch);
    }
    const torch::Tensor x = norm("final_norm", h);
    const torch::Tensor graph = torch::relu(linear("graph", mean(x, batch) + size)) * gain_of_graph;
    PolicyOutput output;
    const torch::Tensor rows = torch::cat({linear("place_node", x), at("empty_embedding")});
    const torch::Tensor places =
        torch::relu(rows.index_select(0, batch.place_node) +
                    linear("place_site", sites).index_select(0, batch.place_site) +
                    linear("place_graph", graph).index_select(0, batch.place_state));
    output.place_logits =
        torch::linear(places * gain_of_places, embedding("choice", choices()), at("choice_bias"));
    output.stop_logits = linear("stop", graph).squeeze(1);
    output.log_flow = linear("flow", torch::relu(linear("flow_hidden", graph))).squeeze(1);
    const torch::Tensor leaves = linear("leaf_node", x).index_select(0, batch.leaf_node) +
                                 linear("leaf_graph", graph).index_select(0, batch.leaf_state);
    output.leaf_logits = linear("leaf", torch::relu(leaves)).squeeze(1);
    return output;
  }

 private:
  torch::Tensor at(const std::string& name) const { return parameters_[name]; }

  static torch::Tensor dense(const FeatureRows& rows) {
    torch::Tensor result = torch::zeros({rows.rows(), rows.columns}, torch::kFloat64);
    for (std::int64_t r = 0; r < rows.rows(); ++r) {
      for (std::int64_t i = rows.offset[r]; i < rows.offset[r + 1]; ++i) {
        result[r][rows.column[i]] += static_cast<double>(rows.value[i]);
      }
    }
    return result;
  }

  // What a choice attaches: the site's features, or, of a fragment without sites, the fragment's in
  // the columns where those of a site's fragment are.
  torch::Tensor choices() const {
    const torch::Tensor sites = dense(shape_.features->sites);
    const torch::Tensor fragments = dense(shape_.features->fragments);
    std::vector<torch::Tensor> rows;
    for (const std::int64_t pair : shape_.choice_pair) {
      if (pair < sites.size(0)) {
        rows.push_back(sites[pair]);
      } else {
        const torch::Tensor fragment = fragments[pair - sites.size(0)];
        rows.push_back(torch::cat(
            {torch::zeros(sites.size(1) - fragment.size(0), torch::kFloat64), fragment}));
      }
    }
    return torch::stack(rows);
  }

  torch::Tensor embedding(const std::string& name, const torch::Tensor& features) const {
    const torch::Tensor own = at(name + ".own");
    const torch::Tensor shared =
        torch::mm(features.to(own.scalar_type()), at(name + ".of_features"));
    return own + torch::constant_pad_nd(shared, {0, 0, 0, own.size(0) - shared.size(0)});
  }

  torch::Tensor linear(const std::string& name, const torch::Tensor& x) const {
    const torch::Tensor* bias = parameters_.find(name + ".bias");
    return torch::linear(x, at(name + ".weight"), bias != nullptr ? *bias : torch::Tensor());
  }

  torch::Tensor norm(const std::string& name, const torch::Tensor& h) const {
    return torch::layer_norm(h, {h.size(1)}, at(name + ".weight"), at(name + ".bias"));
  }

  static torch::Tensor mean(const torch::Tensor& x, const StateBatch& batch) {
    const torch::Tensor sums =
        torch::zeros({batch.num_states, x.size(1)}, x.options()).index_add(0, batch.node_state, x);
    return sums / batch.num_nodes.clamp_min(1).to(x.scalar_type()).unsqueeze(1);
  }

  torch::Tensor layer(const std::string& name, const torch::Tensor& h, const torch::Tensor& sites,
                      const StateBatch& batch) const {
    const torch::Tensor x = norm(name + "norm", h);
    const torch::Tensor edges =
        torch::relu(linear(name + "message", x).index_select(0, batch.edge_source) +
                    linear(name + "source_site", sites).index_select(0, batch.edge_source_site) +
                    linear(name + "target_site", sites).index_select(0, batch.edge_target_site));
    const torch::Tensor incoming = torch::zeros_like(x).index_add(0, batch.edge_target, edges);
    const torch::Tensor context = linear(name + "context", mean(x, batch));
    return h + linear(name + "update",
                      torch::relu(linear(name + "self", x) + linear(name + "incoming", incoming) +
                                  context.index_select(0, batch.node_state)));
  }

  torch::OrderedDict<std::string, torch::Tensor> parameters_;
  Environment::Shape shape_;
};

// An uneven sum, so that every output counts differently.
torch::Tensor uneven_sum(const PolicyOutput& output) {
  torch::Tensor sum = torch::zeros({}, torch::kFloat64);
  for (const torch::Tensor& part :
       {output.place_logits, output.stop_logits, output.log_flow, output.leaf_logits}) {
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
  const Answer answer = ask(*policy, [&] { return policy->forward(batch); });
  const Answer expected =
      ask(*policy, [&] { return Formula(*policy, environment->shape())(batch, config.layers); });
  const auto expect_close = [&](const torch::Tensor& a, const torch::Tensor& b,
                                const std::string& what) {
    EXPECT_GT(b.abs().max().item<double>(), 0) << what;
    EXPECT_TRUE(torch::allclose(a, b, tolerance, tolerance * b.abs().max().item<double>()))
        << what << ": " << (a - b).abs().max().item<double>();
  };
  expect_close(answer.output.place_logits, expected.output.place_logits, "place logits");
  expect_close(answer.output.stop_logits, expected.output.stop_logits, "stop logits");
  expect_close(answer.output.log_flow, expected.output.log_flow, "log flow");
  expect_close(answer.output.leaf_logits, expected.output.leaf_logits, "leaf logits");
  const auto names = policy->named_parameters().keys();
  for (std::size_t p = 0; p < names.size(); ++p) {
    expect_close(answer.gradients[p], expected.gradients[p], names[p]);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, FragmentPolicyFormula,
                         testing::Combine(testing::Bool(), testing::Bool()), [](const auto& info) {
                           return std::string(std::get<0>(info.param) ? "float64" : "float32") +
                                  (std::get<1>(info.param) ? "_with_conditions" : "");
                         });

}  // namespace
}  // namespace fragflow
