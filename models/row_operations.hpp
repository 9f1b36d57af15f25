// Operations on rows of features as nodes of LibTorch's graph, each one pass over the rows.
#pragma once

#include "models/torch.hpp"

#include <vector>

namespace fragflow {

// A row of a table for each row of a result: [rows, W], and [R] int64 row numbers.
struct GatheredRows {
  torch::Tensor table, row;
};

// [R, W]: the sum over the terms of the rows they name; relu of it if `rectified`. Gradients are
// sums in the order of the rows.
torch::Tensor sum_of_rows(const std::vector<GatheredRows>& terms, bool rectified);

// x: [sum of num_rows, W], num_rows: [B] int64 -> [B, W], means of consecutive rows; 0 of none.
torch::Tensor means_of_segments(const torch::Tensor& x, const torch::Tensor& num_rows);

}  // namespace fragflow
