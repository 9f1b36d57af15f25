// A message-passing layer on trees as one node of LibTorch's graph: products with packed weights,
// and between them one pass each over rows that are still in the cache (models/tree_loops.hpp).
#pragma once

#include "models/torch.hpp"

#include "models/packed_linear.hpp"
#include "models/state_batch.hpp"

namespace fragflow {

// W is the width, S the number of sites.
struct TreeLayerWeights {
  torch::Tensor norm_scale, norm_shift;                   // [W]
  SharedWeight message, self, incoming, context, update;  // [W, W]
  torch::Tensor self_bias, update_bias;                   // [W]
  torch::Tensor source_site, target_site;                 // [S, W]
};

// h: [N, W], the nodes of the batch -> [N, W]
//   x = norm(h)
//   m_v = sum over joins (u, v) of relu(message x_u + source_site + target_site)
//   h_v + update relu(self x_v + incoming m_v + context mean(x) + self_bias) + update_bias
// With gradients for h and all weights where gradients are enabled.
torch::Tensor tree_layer(const TreeLayerWeights& weights, const torch::Tensor& h,
                         const StateBatch& batch);

}  // namespace fragflow
