// The policy on fragment trees in LibTorch's own operations: the reference for FragmentPolicy's
// loops (its header has the formula), and the place to try another architecture.
#pragma once

#include "models/fragment_policy.hpp"

namespace fragflow {

// Has the parameters of FragmentPolicy, so that weights are interchangeable. Sums are LibTorch's:
// the last bits of a state's rows may depend on the batch and the number of threads. Not
// thread-safe: forward() and for_inference() replace weights_, which inference functions read.
class ReferencePolicy : public FragmentPolicy {
 public:
  ReferencePolicy(const Environment::Shape& shape, const PolicyConfig& config, std::uint64_t seed,
                  const std::vector<float>& condition);
  PolicyOutput forward(const StateBatch& batch) override;
  InferencePolicy for_inference() override;
  bool rows_are_independent() const override { return false; }

 protected:
  // For policies that modify a part of this one (examples/attention_policy.hpp): adds a linear
  // layer, initialised like the others; parts are addressed by the names of their parameters.
  void add_linear(const std::string& name, int inputs, int outputs, std::uint64_t seed);
  torch::Tensor linear(const std::string& name, const torch::Tensor& x) const;
  torch::Tensor norm(const std::string& name, const torch::Tensor& h) const;
  // [N, W] to [N, W]; name: prefix of the names of this layer's parameters.
  virtual torch::Tensor layer(const std::string& name, const torch::Tensor& h,
                              const torch::Tensor& sites, const StateBatch& batch) const;

 private:
  // Everything that depends on the weights alone.
  struct Embeddings {
    torch::Tensor labels, sites, choices;
  };
  // With weights_ set to the current parameters.
  Embeddings embeddings();
  PolicyOutput forward(const StateBatch& batch, const Embeddings& embedded) const;
  // All tensors are on device_.
  PolicyOutput answer(const StateBatch& batch, const Embeddings& embedded) const;
  torch::Tensor embedding(const std::string& name, const torch::Tensor& features) const;

  PolicyConfig config_;
  torch::Device device_;     // where it computes
  torch::Tensor condition_;  // [1, K], used for batches without conditions; K = 0: no conditions
  torch::OrderedDict<std::string, torch::Tensor> weights_;  // the parameters, on device_
  torch::Tensor fragments_, sites_, choices_;               // features, one row each; float64
};

}  // namespace fragflow
