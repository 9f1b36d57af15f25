// The hypergrid policy of the literature: an MLP on one-hot coordinates (Bengio et al. 2021), with
// heads for the actions, log F and learned P_B on a shared trunk (Malkin et al. 2022).
#pragma once

#include "models/policy.hpp"
#include "models/policy_config.hpp"

namespace fragflow {

class GridPolicy : public Policy {
 public:
  GridPolicy(const Environment::Shape& shape, const PolicyConfig& config, std::uint64_t seed);
  PolicyOutput forward(const StateBatch& batch) override;

 private:
  PolicyConfig config_;
  std::int64_t dimension_, height_;
  torch::Tensor one_hot_weight_, one_hot_bias_;  // [dimension * height, width], [width]
  std::vector<torch::nn::Linear> hidden_;
  torch::nn::Linear choice_{nullptr}, stop_{nullptr}, flow_{nullptr}, backward_{nullptr};
};

}  // namespace fragflow
