#include "models/vector_policy.hpp"

#include <cmath>

#include "models/initialise.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
VectorPolicy::VectorPolicy(const Environment::Shape& shape, const PolicyConfig& config,
                           std::uint64_t seed, const std::vector<float>& condition)
    : config_(config),
      dimension_(shape.max_nodes),
      row_offset_(torch::arange(shape.max_nodes, torch::kInt64) * shape.num_labels) {
  const int width = config.width;
  one_hot_weight_ =
      register_parameter("one_hot_weight", torch::zeros({dimension_ * shape.num_labels, width}));
  one_hot_bias_ = register_parameter("one_hot_bias", torch::zeros({width}));
  if (!condition.empty()) {
    condition_ = register_module("condition",
                                 std::make_shared<ConditionNetwork>(condition, width, 2 * width));
  }
  const auto linear = [this](const std::string& name, int in, std::int64_t out) {
    return register_module(name, torch::nn::Linear(in, out));
  };
  for (int k = 1; k < config.layers; ++k) {
    hidden_.push_back(linear("hidden" + std::to_string(k), width, width));
  }
  choice_ = linear("choice", width, shape.num_choices);
  stop_ = linear("stop", width, 1);
  flow_ = linear("flow", width, 1);
  if (config.learned_backward) backward_ = linear("backward", width, dimension_);
  initialise_parameters(*this, seed);
  // The table is the weight of a linear layer on D active inputs out of D * H.
  torch::NoGradGuard no_grad;
  one_hot_weight_.mul_(1.0 / (0.3 * std::sqrt(3.0 * static_cast<double>(dimension_))));
}

std::vector<torch::nn::Linear> VectorPolicy::heads() const {
  std::vector<torch::nn::Linear> heads = {choice_, stop_, flow_};
  if (config_.learned_backward) heads.push_back(backward_);
  return heads;
}

VectorPolicy::Packed VectorPolicy::pack() const {
  Packed packed;
  if (config_.backend != "native") return packed;
  const auto of = [](const torch::nn::Linear& layer) {
    return std::make_shared<const PackedWeight>(layer->weight);
  };
  for (const auto& layer : hidden_) packed.hidden.push_back(of(layer));
  for (const auto& head : heads()) packed.heads.push_back(of(head));
  return packed;
}

std::vector<torch::Tensor> VectorPolicy::head_outputs(const StateBatch& batch,
                                                      const Packed& packed) const {
  const auto apply = [](const torch::Tensor& x, const torch::nn::Linear& layer,
                        const std::vector<SharedWeight>& weights, std::size_t k) {
    return weights.empty() ? torch::linear(x, layer->weight, layer->bias)
                           : packed_linear(x, weights[k], layer->bias);
  };
  const torch::Tensor rows =
      (batch.node_label.view({batch.num_states, dimension_}) + row_offset_).view({-1});
  torch::Tensor h = one_hot_weight_.index_select(0, rows)
                        .view({batch.num_states, dimension_, config_.width})
                        .sum(1) +
                    one_hot_bias_;
  std::vector<torch::Tensor> condition;  // added to the first layer, gain of the last
  if (condition_) condition = condition_->forward(batch.condition, batch.num_states).chunk(2, 1);
  if (condition_) h = h + condition[0];
  h = torch::leaky_relu(h);
  for (std::size_t k = 0; k < hidden_.size(); ++k) {
    h = torch::leaky_relu(apply(h, hidden_[k], packed.hidden, k));
  }
  if (condition_) h = h * (1.0 + condition[1]);
  const std::vector<torch::nn::Linear> all = heads();
  std::vector<torch::Tensor> outputs;
  for (std::size_t k = 0; k < all.size(); ++k) {
    outputs.push_back(apply(h, all[k], packed.heads, k));
  }
  return outputs;
}

PolicyOutput VectorPolicy::forward(const StateBatch& batch) { return forward(batch, pack()); }

InferencePolicy VectorPolicy::for_inference() {
  const torch::NoGradGuard no_grad;
  return [this, packed = pack()](const StateBatch& batch) {
    const torch::NoGradGuard no_grad;
    return forward(batch, packed);
  };
}

PolicyOutput VectorPolicy::forward(const StateBatch& batch, const Packed& packed) const {
  const std::vector<torch::Tensor> of_state = head_outputs(batch, packed);
  PolicyOutput output;
  output.place_logits = of_state[0];
  // A state has one place or, in the last corner, none.
  if (batch.place_state.size(0) != batch.num_states) {
    output.place_logits = output.place_logits.index_select(0, batch.place_state);
  }
  output.stop_logits = of_state[1].squeeze(1);
  output.log_flow = of_state[2].squeeze(1);
  if (config_.learned_backward) {
    // A state's dimensions are its nodes, so that nodes are numbered as the entries are.
    output.backward_logits = of_state[3].view({-1}).index_select(0, batch.leaf_node);
  }
  return output;
}

}  // namespace fragflow
