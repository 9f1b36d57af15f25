// A message-passing policy over fragment trees.
//
//   node:   h = label embedding + size embedding (+ condition)
//   layer:  m_v = sum over joins (u, v) of relu(W h_u + source-site + target-site embedding)
//           h_v += U relu(A h_v + B m_v + C mean(h) + b)          (mean over the tree)
//   graph:  g = relu(G (mean(h) + size embedding (+ condition)) + b)
//   places: logits = block embeddings . relu(P h_node + site embedding + Q g)
//   stop and log F from g; leaf logits from (h_leaf, g).
//
// Features come from the canonical state only. Sums are in a fixed order.
#pragma once

#include "models/condition_network.hpp"
#include "models/policy.hpp"
#include "models/policy_config.hpp"
#include "models/tree_network_node.hpp"

namespace fragflow {

class FragmentPolicy : public Policy {
 public:
  // Parameters are initialised from seed alone (not from torch's global generator). condition: as
  // in make_policy().
  FragmentPolicy(const Environment::Shape& shape, const PolicyConfig& config, std::uint64_t seed,
                 const std::vector<float>& condition);
  PolicyOutput forward(const StateBatch& batch) override;
  FrozenPolicy frozen() override;

 private:
  struct Layer {
    torch::nn::Linear message{nullptr}, self{nullptr}, incoming{nullptr}, context{nullptr},
        update{nullptr};
    torch::nn::LayerNorm norm{nullptr};
    torch::Tensor source_site, target_site;  // [num_sites + 1, width]
  };

  // In the type of the parameters.
  template <typename Real>
  std::shared_ptr<const PackedTreeNetwork<Real>> pack() const;
  template <typename Real>
  FrozenPolicy frozen_as();
  template <typename Real>
  PolicyOutput forward_as(const StateBatch& batch,
                          const std::shared_ptr<const PackedTreeNetwork<Real>>& packed);
  bool is_double() const { return label_embedding_.scalar_type() == torch::kFloat64; }

  PolicyConfig config_;
  std::vector<torch::Tensor> all_parameters_;  // parameters() looks them up by name each time
  std::vector<std::int64_t> parameter_at_;     // [parameters + 1] where their gradients begin
  torch::Tensor label_embedding_, size_embedding_, empty_embedding_, place_site_embedding_;
  std::shared_ptr<ConditionNetwork> condition_;  // null without conditions
  std::vector<Layer> layers_;
  torch::nn::LayerNorm final_norm_{nullptr};
  torch::nn::Linear graph_{nullptr}, place_node_{nullptr}, place_graph_{nullptr};
  torch::nn::Linear choice_{nullptr}, stop_{nullptr}, flow_hidden_{nullptr}, flow_{nullptr};
  torch::nn::Linear leaf_node_{nullptr}, leaf_graph_{nullptr}, leaf_{nullptr};
};

}  // namespace fragflow
