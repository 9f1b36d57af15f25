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
    const torch::Tensor next = ReferencePolicy::layer(name, h, sites, batch);
    if (h.size(0) == 0) return next;                 // trees without nodes
    const torch::Tensor x = norm(name + "norm", h);  // [N, W], the nodes of all B trees
    const std::int64_t width = x.size(1), most = batch.num_nodes.max().item<std::int64_t>();
    // From nodes to trees, [B, most, W], zeros behind the last node of a tree, and back.
    const torch::Tensor first = batch.num_nodes.cumsum(0) - batch.num_nodes;
    const torch::Tensor row = torch::arange(x.size(0), first.options()) +
                              (torch::arange(batch.num_states, first.options()) * most - first)
                                  .index_select(0, batch.node_state);
    const auto trees = [&](const std::string& part) {
      return torch::zeros({batch.num_states * most, width}, x.options())
          .index_add(0, row, linear(name + part, x))
          .view({batch.num_states, most, width});
    };
    const torch::Tensor is_node =
        (torch::arange(most, first.options()).unsqueeze(0) < batch.num_nodes.unsqueeze(1))
            .unsqueeze(1);
    const torch::Tensor weights = (torch::bmm(trees("query"), trees("key").transpose(1, 2)) /
                                   std::sqrt(static_cast<double>(width)))
                                      .masked_fill(~is_node, -1e30)
                                      .softmax(2);
    return next + torch::bmm(weights, trees("value")).view({-1, width}).index_select(0, row);
  }
};

inline std::shared_ptr<Policy> make_attention_policy(const Environment::Shape& shape,
                                                     const PolicyConfig& config, std::uint64_t seed,
                                                     const std::vector<float>& condition) {
  if (shape.is_vector) user_error("policy.backend = \"attention\" is for trees of fragments");
  return std::make_shared<AttentionPolicy>(shape, config, seed, condition);
}

}  // namespace fragflow
