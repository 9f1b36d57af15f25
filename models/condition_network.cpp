#include "models/condition_network.hpp"

#include "models/packed_linear.hpp"

namespace fragflow {

ConditionNetwork::ConditionNetwork(const std::vector<float>& own, int width, int outputs)
    : own_(torch::tensor(own).unsqueeze(0)) {
  const auto features = static_cast<std::int64_t>(own.size());
  hidden_ = register_module("hidden", torch::nn::Linear(features, width));
  output_ = register_module("output", torch::nn::Linear(width, outputs));
}

torch::Tensor ConditionNetwork::forward(const torch::Tensor& condition, std::int64_t rows) {
  const torch::Tensor& given = condition.defined() ? condition : own_;
  const auto layer = [](const torch::Tensor& x, const torch::nn::Linear& linear) {
    return packed_linear(x, std::make_shared<const PackedWeight>(linear->weight), linear->bias);
  };
  const torch::Tensor result =
      layer(torch::relu(layer(given.to(hidden_->weight.scalar_type()), hidden_)), output_);
  return condition.defined() ? result : result.expand({rows, result.size(1)});
}

}  // namespace fragflow
