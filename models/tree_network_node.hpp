// The network of the fragment policy as one node of LibTorch's graph. Threads take parts of a batch
// and meet at the end only.
#pragma once

#include "models/torch.hpp"

#include <memory>
#include <vector>

#include "models/needed_rows.hpp"
#include "models/packed_linear.hpp"
#include "models/policy.hpp"
#include "models/tree_network.hpp"

namespace fragflow {

// The network with the weights as they are now.
template <typename Real>
struct PackedTreeNetwork {
  TreeNetwork<Real> network;  // points into what follows
  std::vector<SharedWeight> weights;
  // In the order of their gradients; may be computed from others, which then have gradients too.
  std::vector<torch::Tensor> parameters;
  std::vector<std::int64_t> parameter_at;  // [parameters + 1] where their gradients begin
};

// numbers: of the batch in the network's tables. condition: [B, 3 W] or undefined. With gradients
// for the parameters and the condition where gradients are enabled; they are the same bits on up to
// four threads. Several threads may call it.
template <typename Real>
PolicyOutput tree_network(std::shared_ptr<const PackedTreeNetwork<Real>> packed,
                          const StateBatch& batch, const TableNumbers& numbers,
                          const torch::Tensor& condition);

}  // namespace fragflow
