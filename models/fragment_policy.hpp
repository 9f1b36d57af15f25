// A message-passing policy over fragment trees.
//
//   node:   h = embedding of the fragment + size embedding (+ condition)
//   layer:  m_v = sum over joins (u, v) of relu(W h_u + S s_u + T s_v), s: embeddings of the sites
//           h_v += U relu(A h_v + B m_v + C mean(h) + b)          (mean over the tree)
//   graph:  g = relu(G (mean(h) + size embedding (+ condition)) + b)
//   places: logits = embeddings of choices . relu(P h_node + R s + Q g) + b
//   stop and log F from g; backward logits from (h_leaf, g).
//
// Embeddings of fragments, sites and choices are computed from chemical features plus a free vector
// each (models/embedding.hpp), so that rare fragments benefit from what is learned on common ones.
// All other inputs come from the canonical state only. Sums are in a fixed order.
#pragma once

#include "models/condition_network.hpp"
#include "models/embedding.hpp"
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
  InferencePolicy for_inference() override;

 private:
  struct Layer {
    torch::nn::Linear message{nullptr}, self{nullptr}, incoming{nullptr}, context{nullptr},
        update{nullptr};
    torch::nn::LayerNorm norm{nullptr};
    torch::nn::Linear source_site{nullptr}, target_site{nullptr};
  };

  // Embeddings in the type of the parameters. needed: null for tables with every row.
  template <typename Real>
  std::shared_ptr<const PackedTreeNetwork<Real>> pack(const NeededRows* needed);
  template <typename Real>
  PolicyOutput forward_as(const StateBatch& batch);
  template <typename Real>
  InferencePolicy inference_as();
  template <typename Real>
  PolicyOutput answer(const std::shared_ptr<const PackedTreeNetwork<Real>>& packed,
                      const StateBatch& batch, const TableNumbers& numbers);
  bool is_double() const { return size_embedding_.scalar_type() == torch::kFloat64; }

  PolicyConfig config_;
  std::int64_t num_labels_, num_sites_;
  std::vector<torch::Tensor> direct_parameters_;  // those read directly by the tree network
  std::shared_ptr<Embedding> label_, site_, choice_;
  torch::nn::Linear place_site_{nullptr};
  torch::Tensor size_embedding_, empty_embedding_, choice_bias_;
  std::shared_ptr<ConditionNetwork> condition_;  // null without conditions
  std::vector<Layer> layers_;
  torch::nn::LayerNorm final_norm_{nullptr};
  torch::nn::Linear graph_{nullptr}, place_node_{nullptr}, place_graph_{nullptr};
  torch::nn::Linear stop_{nullptr}, flow_hidden_{nullptr}, flow_{nullptr};
  torch::nn::Linear leaf_node_{nullptr}, leaf_graph_{nullptr}, leaf_{nullptr};
};

}  // namespace fragflow
