// The hypergrid policy of the literature: an MLP on one-hot coordinates (Bengio et al. 2021), with
// heads for the actions, log F and learned P_B on a shared trunk (Malkin et al. 2022). A condition
// is added to the first layer.
#pragma once

#include "models/condition_network.hpp"
#include "models/packed_linear.hpp"
#include "models/policy.hpp"
#include "models/policy_config.hpp"

namespace fragflow {

class VectorPolicy : public Policy {
 public:
  // condition: as in make_policy().
  VectorPolicy(const Environment::Shape& shape, const PolicyConfig& config, std::uint64_t seed,
               const std::vector<float>& condition);
  PolicyOutput forward(const StateBatch& batch) override;
  InferencePolicy for_inference() override;
  bool rows_are_independent() const override { return config_.backend == "native"; }

 private:
  struct Packed {
    std::vector<SharedWeight> hidden, heads;  // empty: LibTorch multiplies
  };

  Packed pack() const;
  PolicyOutput forward(const StateBatch& batch, const Packed& packed) const;
  // Actions, stop, log F, with learned P_B removals.
  std::vector<torch::nn::Linear> heads() const;
  // [B, C], [B, 1], [B, 1], with learned P_B [B, D].
  std::vector<torch::Tensor> head_outputs(const StateBatch& batch, const Packed& packed) const;

  PolicyConfig config_;
  std::int64_t dimension_;
  torch::Tensor row_offset_;                     // [D] first row of each dimension in the table
  torch::Tensor one_hot_weight_, one_hot_bias_;  // [dimension * height, width], [width]
  std::shared_ptr<ConditionNetwork> condition_;  // null without conditions
  std::vector<torch::nn::Linear> hidden_;
  torch::nn::Linear choice_{nullptr}, stop_{nullptr}, flow_{nullptr}, backward_{nullptr};
};

}  // namespace fragflow
