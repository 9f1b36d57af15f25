// What a condition (inverse temperature, preferences) adds to a network: a vector made from its
// features by two layers.
#pragma once

#include "models/torch.hpp"

#include <vector>

namespace fragflow {

class ConditionNetwork : public torch::nn::Module {
 public:
  // own: the K features that stand for every state of a batch without conditions, so that whoever
  // knows nothing of conditions sees the policy at this one. The owner initialises the parameters
  // (models/initialise.hpp).
  ConditionNetwork(const std::vector<float>& own, int width, int outputs);
  // condition: [rows, K], or undefined -> [rows, outputs].
  torch::Tensor forward(const torch::Tensor& condition, std::int64_t rows);

 private:
  torch::Tensor own_;  // [1, K]
  torch::nn::Linear hidden_{nullptr}, output_{nullptr};
};

}  // namespace fragflow
