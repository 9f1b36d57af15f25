#include "models/grid_policy.hpp"

#include <algorithm>
#include <cmath>

#include "models/dense_rows.hpp"
#include "models/initialise.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

// Below this, packing the weights for a product takes a BLAS longer than the product.
constexpr std::int64_t kFewRows = 32;
constexpr float kSlope = 0.01F;  // of leaky_relu

torch::Tensor dense(torch::nn::Linear& layer, const std::vector<float>& h, std::int64_t rows) {
  const torch::Tensor& weight = layer->weight;
  torch::Tensor result = torch::empty({rows, weight.size(0)});
  dense_rows(h.data(), rows, weight.size(1), weight.data_ptr<float>(),
             layer->bias.data_ptr<float>(), weight.size(0), result.data_ptr<float>());
  return result;
}

void leaky_relu(std::vector<float>& values) {
  for (float& value : values) value = std::max(value, kSlope * value);
}

}  // namespace

GridPolicy::GridPolicy(const Environment::Shape& shape, const PolicyConfig& config,
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

PolicyOutput GridPolicy::forward_few(const StateBatch& batch) {
  const std::int64_t rows = batch.num_states, width = config_.width;
  const std::int64_t num_labels = one_hot_weight_.size(0) / dimension_;
  const float* table = one_hot_weight_.data_ptr<float>();
  const float* bias = one_hot_bias_.data_ptr<float>();
  const std::int64_t* label = batch.node_label.data_ptr<std::int64_t>();
  std::vector<float> h(rows * width), next(h.size());
  for (std::int64_t r = 0; r < rows; ++r) {
    float* sum = h.data() + r * width;
    std::copy_n(bias, width, sum);
    for (std::int64_t d = 0; d < dimension_; ++d) {
      const float* entry = table + (d * num_labels + label[r * dimension_ + d]) * width;
      for (std::int64_t k = 0; k < width; ++k) sum[k] += entry[k];
    }
  }
  leaky_relu(h);
  for (torch::nn::Linear& layer : hidden_) {
    dense_rows(h.data(), rows, width, layer->weight.data_ptr<float>(),
               layer->bias.data_ptr<float>(), width, next.data());
    leaky_relu(next);
    h.swap(next);
  }
  PolicyOutput output;
  output.place_logits = dense(choice_, h, rows);
  if (batch.place_state.size(0) != rows) {
    output.place_logits = output.place_logits.index_select(0, batch.place_state);
  }
  output.stop_logits = dense(stop_, h, rows).squeeze(1);
  output.log_flow = dense(flow_, h, rows).squeeze(1);
  if (config_.learned_backward) {
    output.leaf_logits = dense(backward_, h, rows).view({-1}).index_select(0, batch.leaf_node);
  }
  return output;
}

PolicyOutput GridPolicy::forward(const StateBatch& batch) {
  if (!torch::GradMode::is_enabled() && !condition_ && batch.num_states < kFewRows &&
      one_hot_weight_.scalar_type() == torch::kFloat32) {
    return forward_few(batch);
  }
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
  for (torch::nn::Linear& layer : hidden_) h = torch::leaky_relu(layer(h));
  if (condition_) h = h * (1.0 + condition[1]);
  PolicyOutput output;
  // A state has one place or, in the last corner, none.
  const bool all_have_places = batch.place_state.size(0) == batch.num_states;
  output.place_logits = choice_(all_have_places ? h : h.index_select(0, batch.place_state));
  output.stop_logits = stop_(h).squeeze(1);
  output.log_flow = flow_(h).squeeze(1);
  if (config_.learned_backward) {
    // A state's dimensions are its nodes, so that nodes are numbered as the entries are.
    output.leaf_logits = backward_(h).view({-1}).index_select(0, batch.leaf_node);
  }
  return output;
}

}  // namespace fragflow
