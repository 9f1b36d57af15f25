// The network of the fragment policy as one custom autograd function. Threads work on micro-batches
// and synchronise only at the end.
#pragma once

#include "models/torch.hpp"

#include <memory>
#include <vector>

#include "models/needed_rows.hpp"
#include "models/packed_linear.hpp"
#include "models/policy.hpp"
#include "models/tree_network.hpp"

namespace fragflow {

// The network with the current weights.
template <typename Real>
struct PackedTreeNetwork {
  TreeNetwork<Real> network;  // points into the members below
  std::vector<SharedWeight> weights;
  // In the order of their gradients; non-leaf tensors pass their gradients on.
  std::vector<torch::Tensor> parameters;
  std::vector<std::int64_t> parameter_at;  // [parameters + 1] offsets of their gradients
};

// numbers: row numbers of the batch in the network's tables. condition: [B, 3 W] or undefined.
// Differentiable in the parameters and the condition if gradients are enabled; gradients are
// bit-identical on up to four threads. Thread-safe.
template <typename Real>
PolicyOutput tree_network(std::shared_ptr<const PackedTreeNetwork<Real>> packed,
                          const StateBatch& batch, const TableNumbers& numbers,
                          const torch::Tensor& condition);

}  // namespace fragflow
