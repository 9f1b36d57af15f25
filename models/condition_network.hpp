// The contribution of a condition (inverse temperature, preferences) to a network: a vector
// computed from the condition's features by two layers.
#pragma once

#include "models/torch.hpp"

#include <vector>

namespace fragflow {

class ConditionNetwork : public torch::nn::Module {
 public:
  // own: the K features used for every state of a batch without conditions, so that callers that
  // ignore conditions see the policy at this condition. The owner initialises the parameters
  // (models/initialise.hpp).
  ConditionNetwork(const std::vector<float>& own, int width, int outputs);
  // condition: [rows, K], or undefined -> [rows, outputs].
  torch::Tensor forward(const torch::Tensor& condition, std::int64_t rows);

 private:
  torch::Tensor own_;  // [1, K]
  torch::nn::Linear hidden_{nullptr}, output_{nullptr};
};

}  // namespace fragflow
