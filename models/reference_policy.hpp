// The policy on fragment trees in LibTorch's own operations: the definition that FragmentPolicy's
// loops are held against (its header has the formula), and the place to try another architecture.
#pragma once

#include "models/fragment_policy.hpp"

namespace fragflow {

// Has the parameters of FragmentPolicy, so that weights of one are weights of the other. Sums are
// LibTorch's: a state's rows may differ in their last bits with the batch and the number of
// threads.
class ReferencePolicy : public FragmentPolicy {
 public:
  ReferencePolicy(const Environment::Shape& shape, const PolicyConfig& config, std::uint64_t seed,
                  const std::vector<float>& condition);
  PolicyOutput forward(const StateBatch& batch) override;
  InferencePolicy for_inference() override;
  bool rows_are_independent() const override { return false; }

 protected:
  // For policies that change a part of this one, as examples/attention_policy.hpp does: a linear
  // layer more, initialised as the others are, and the parts by the names of their parameters.
  void add_linear(const std::string& name, int inputs, int outputs, std::uint64_t seed);
  torch::Tensor linear(const std::string& name, const torch::Tensor& x) const;
  torch::Tensor norm(const std::string& name, const torch::Tensor& h) const;
  // [N, W] to [N, W]; name: what the parameters of this layer begin with.
  virtual torch::Tensor layer(const std::string& name, const torch::Tensor& h,
                              const torch::Tensor& sites, const StateBatch& batch) const;

 private:
  // What depends on the weights alone.
  struct Embeddings {
    torch::Tensor labels, sites, choices;
  };
  // With weights_ as the parameters are now.
  Embeddings embeddings();
  PolicyOutput forward(const StateBatch& batch, const Embeddings& embedded) const;
  // All tensors on device_.
  PolicyOutput answer(const StateBatch& batch, const Embeddings& embedded) const;
  torch::Tensor embedding(const std::string& name, const torch::Tensor& features) const;

  PolicyConfig config_;
  torch::Device device_;     // where it computes
  torch::Tensor condition_;  // [1, K], of a batch without any; K = 0: no conditions
  torch::OrderedDict<std::string, torch::Tensor> weights_;  // the parameters, there
  torch::Tensor fragments_, sites_, choices_;               // features, a row each; float64
};

}  // namespace fragflow
