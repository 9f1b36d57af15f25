// The hypergrid policy of the literature: an MLP on one-hot coordinates (Bengio et al. 2021), with
// heads for the actions, log F and learned P_B on a shared trunk (Malkin et al. 2022). A condition
// is added to the first layer.
#pragma once

#include <map>
#include <string>
#include <vector>

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
  using Parameters = torch::OrderedDict<std::string, torch::Tensor>;
  // By the names of parameters and layers; native: matrices packed for our own products.
  struct Weights {
    Parameters parameters;                       // on device_
    std::map<std::string, SharedWeight> packed;  // empty: products by LibTorch
  };

  Weights weights() const;
  PolicyOutput forward(const StateBatch& batch, const Weights& weights) const;
  static torch::Tensor linear(const Weights& weights, const std::string& layer,
                              const torch::Tensor& x);
  // All tensors are on device_.
  PolicyOutput answer(const StateBatch& batch, const Weights& weights) const;
  // Output of the last hidden layer, [B, width].
  torch::Tensor trunk(const StateBatch& batch, const Weights& weights) const;

  PolicyConfig config_;
  std::int64_t dimension_, num_labels_;
  torch::Device device_;     // where it computes
  torch::Tensor condition_;  // [1, K], for batches without conditions; K = 0: no conditions
};

}  // namespace fragflow
