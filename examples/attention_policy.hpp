// A policy of your own: the reference policy with attention. In every message-passing layer each
// fragment of a tree also looks at all fragments of its tree, near or far, and takes over a mean of
// what they have to say, weighted by a scaled product of queries and keys (Vaswani et al., NeurIPS
// 2017; one head).
//
//     add_policy("attention", make_attention_policy);      // before a configuration is read
//     [policy]
//     backend = "attention"
#pragma once

#include <cmath>

#include "models/make_policy.hpp"
#include "models/reference_policy.hpp"
#include "src/base/check.hpp"

namespace fragflow {

class AttentionPolicy : public ReferencePolicy {
 public:
  AttentionPolicy(const Environment::Shape& shape, const PolicyConfig& config, std::uint64_t seed,
                  const std::vector<float>& condition)
      : ReferencePolicy(shape, config, seed, condition) {
    for (int k = 0; k < config.layers; ++k) {
      for (const char* part : {"query", "key", "value"}) {
        add_linear("layer" + std::to_string(k) + "_" + part, config.width, config.width, seed);
      }
    }
  }

 protected:
  torch::Tensor layer(const std::string& name, const torch::Tensor& h, const torch::Tensor& sites,
                      const StateBatch& batch) const override {
    const torch::Tensor x = norm(name + "norm", h);  // [N, W], the nodes of all trees
    const torch::Tensor same_tree =
        batch.node_state.unsqueeze(0) == batch.node_state.unsqueeze(1);  // [N, N]
    const torch::Tensor products =
        torch::mm(linear(name + "query", x), linear(name + "key", x).t()) /
        std::sqrt(static_cast<double>(x.size(1)));
    const torch::Tensor weights = products.masked_fill(~same_tree, -1e30).softmax(1);
    return ReferencePolicy::layer(name, h, sites, batch) +
           torch::mm(weights, linear(name + "value", x));
  }
};

inline std::shared_ptr<Policy> make_attention_policy(const Environment::Shape& shape,
                                                     const PolicyConfig& config, std::uint64_t seed,
                                                     const std::vector<float>& condition) {
  if (shape.is_vector) user_error("policy.backend = \"attention\" is for trees of fragments");
  return std::make_shared<AttentionPolicy>(shape, config, seed, condition);
}

}  // namespace fragflow
