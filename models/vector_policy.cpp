#include "models/vector_policy.hpp"

#include <cmath>

#include "models/condition_network.hpp"
#include "models/initialise.hpp"
#include "models/policy_device.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

std::string hidden_name(int layer) { return "hidden" + std::to_string(layer); }

}  // namespace

VectorPolicy::VectorPolicy(const Environment::Shape& shape, const PolicyConfig& config,
                           std::uint64_t seed, const std::vector<float>& condition)
    : config_(config),
      dimension_(shape.max_nodes),
      num_labels_(shape.num_labels),
      device_(policy_device()),
      condition_(torch::tensor(condition).unsqueeze(0).to(device_)) {
  const int width = config.width;
  // [dimension * num_labels, width]: the weight of a linear layer on one-hot coordinates.
  torch::Tensor one_hot =
      register_parameter("one_hot_weight", torch::zeros({dimension_ * num_labels_, width}));
  register_parameter("one_hot_bias", torch::zeros({width}));
  if (!condition.empty()) {
    register_module("condition", std::make_shared<ConditionNetwork>(condition, width, 2 * width));
  }
  const auto linear = [this](const std::string& name, int in, std::int64_t out) {
    register_module(name, torch::nn::Linear(in, out));
  };
  for (int k = 1; k < config.layers; ++k) linear(hidden_name(k), width, width);
  linear("choice", width, shape.num_choices);
  linear("stop", width, 1);
  linear("flow", width, 1);
  if (config.learned_backward) linear("backward", width, dimension_);
  initialise_parameters(*this, seed);
  // D inputs out of D * H are active.
  torch::NoGradGuard no_grad;
  one_hot.mul_(1.0 / (0.3 * std::sqrt(3.0 * static_cast<double>(dimension_))));
}

VectorPolicy::Weights VectorPolicy::weights() const {
  Weights weights{copy_parameters(*this, device_), {}};
  if (config_.backend != "native") return weights;
  const std::string end = ".weight";
  for (const auto& item : weights.parameters) {
    if (!item.key().ends_with(end)) continue;
    const std::string layer = item.key().substr(0, item.key().size() - end.size());
    weights.packed[layer] = std::make_shared<const PackedWeight>(item.value());
  }
  return weights;
}

PolicyOutput VectorPolicy::forward(const StateBatch& batch) { return forward(batch, weights()); }

InferencePolicy VectorPolicy::for_inference() {
  const torch::NoGradGuard no_grad;
  return [this, weights = weights()](const StateBatch& batch) {
    const torch::NoGradGuard no_grad;
    return forward(batch, weights);
  };
}

PolicyOutput VectorPolicy::forward(const StateBatch& batch, const Weights& weights) const {
  return answer_on(device_, batch, [&](const StateBatch& there) { return answer(there, weights); });
}

torch::Tensor VectorPolicy::linear(const Weights& weights, const std::string& layer,
                                   const torch::Tensor& x) {
  const torch::Tensor& bias = weights.parameters[layer + ".bias"];
  const auto packed = weights.packed.find(layer);
  return packed == weights.packed.end()
             ? torch::linear(x, weights.parameters[layer + ".weight"], bias)
             : packed_linear(x, packed->second, bias);
}

torch::Tensor VectorPolicy::trunk(const StateBatch& batch, const Weights& weights) const {
  const torch::Tensor row_offset =
      torch::arange(dimension_, batch.node_label.options()) * num_labels_;
  const torch::Tensor rows =
      (batch.node_label.view({batch.num_states, dimension_}) + row_offset).view({-1});
  torch::Tensor h = weights.parameters["one_hot_weight"]
                        .index_select(0, rows)
                        .view({batch.num_states, dimension_, config_.width})
                        .sum(1) +
                    weights.parameters["one_hot_bias"];
  std::vector<torch::Tensor> condition;  // added to the first layer; gain of the last
  if (condition_.size(1) > 0) {
    const torch::Tensor& given = batch.condition.defined() ? batch.condition : condition_;
    const torch::Tensor hidden =
        torch::relu(linear(weights, "condition.hidden", given.to(h.scalar_type())));
    condition = linear(weights, "condition.output", hidden).chunk(2, 1);
    h = h + condition[0];
  }
  h = torch::leaky_relu(h);
  for (int k = 1; k < config_.layers; ++k) {
    h = torch::leaky_relu(linear(weights, hidden_name(k), h));
  }
  return condition.empty() ? h : h * (1.0 + condition[1]);
}

PolicyOutput VectorPolicy::answer(const StateBatch& batch, const Weights& weights) const {
  const torch::Tensor h = trunk(batch, weights);
  PolicyOutput output;
  output.place_logits = linear(weights, "choice", h);
  // A state has one place or, in the last corner, none.
  if (batch.place_state.size(0) != batch.num_states) {
    output.place_logits = output.place_logits.index_select(0, batch.place_state);
  }
  output.stop_logits = linear(weights, "stop", h).squeeze(1);
  output.log_flow = linear(weights, "flow", h).squeeze(1);
  if (config_.learned_backward) {
    // A state's nodes are its dimensions, so that node and entry numbers agree.
    output.backward_logits =
        linear(weights, "backward", h).view({-1}).index_select(0, batch.leaf_node);
  }
  return output;
}

}  // namespace fragflow
