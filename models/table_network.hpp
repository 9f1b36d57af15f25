// The network of VectorPolicy as one node of LibTorch's graph: for the few states of a small grid,
// what LibTorch does around each operation takes longer than the operation.
#pragma once

#include "models/torch.hpp"

#include <vector>

#include "models/packed_linear.hpp"

namespace fragflow {

struct PackedLayer {
  SharedWeight weight;  // [out, in]
  torch::Tensor bias;   // [out]
};

struct DenseLayer {
  torch::Tensor weight, bias;  // [out, in], [out]
};

// Sums of D rows of a table and a bias, then dense layers, every one followed by leaky_relu; then
// heads, dense layers of few outputs on the last of these.
struct TableNetwork {
  torch::Tensor table, bias;  // [rows, W], [W]
  std::vector<PackedLayer> layers;
  std::vector<DenseLayer> heads;
};

// Per head [B, out] for `rows` [B * D], numbers of table rows; float32. With gradients for all
// parameters where gradients are enabled; not differentiable twice.
std::vector<torch::Tensor> table_network(const TableNetwork& network, const torch::Tensor& rows,
                                         std::int64_t rows_per_state);

}  // namespace fragflow
