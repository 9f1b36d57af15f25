#include "models/atom_sums.hpp"

#include "models/backward_node.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

// More than a training batch of 32 molecules, for which starting threads does not pay off.
constexpr int kRowsAtATime = 1024;

using torch::autograd::variable_list;

void add_row(float* to, const float* from, std::int64_t width) {
  for (std::int64_t i = 0; i < width; ++i) to[i] += from[i];
}

torch::Tensor gather_neighbours(const torch::Tensor& values, const AtomGraph& batch) {
  const std::int64_t width = values.size(1) / kNumBondClasses;
  torch::Tensor sums = torch::zeros({batch.num_atoms(), width}, values.options());
  const float* from = values.data_ptr<float>();
  float* to = sums.data_ptr<float>();
  parallel_for(
      batch.num_atoms(),
      [&](std::int64_t i) {
        for (int k = batch.neighbour_offset[i]; k < batch.neighbour_offset[i + 1]; ++k) {
          const std::int64_t block =
              std::int64_t{batch.neighbour[k]} * kNumBondClasses + batch.bond_class[k];
          add_row(to + i * width, from + block * width, width);
        }
      },
      kRowsAtATime);
  return sums;
}

// The transpose: every bond is stored in both directions, with one class.
torch::Tensor scatter_neighbours(const torch::Tensor& gradient, const AtomGraph& batch) {
  const std::int64_t width = gradient.size(1);
  torch::Tensor sums =
      torch::zeros({batch.num_atoms(), kNumBondClasses * width}, gradient.options());
  const float* from = gradient.data_ptr<float>();
  float* to = sums.data_ptr<float>();
  parallel_for(
      batch.num_atoms(),
      [&](std::int64_t j) {
        for (int k = batch.neighbour_offset[j]; k < batch.neighbour_offset[j + 1]; ++k) {
          const std::int64_t block = j * kNumBondClasses + batch.bond_class[k];
          add_row(to + block * width, from + std::int64_t{batch.neighbour[k]} * width, width);
        }
      },
      kRowsAtATime);
  return sums;
}

torch::Tensor gather_atoms(const torch::Tensor& rows, const AtomGraph& batch) {
  const std::int64_t width = rows.size(1);
  torch::Tensor sums = torch::zeros({batch.num_molecules(), width}, rows.options());
  for (std::int64_t m = 0; m < batch.num_molecules(); ++m) {
    for (int i = batch.molecule_offset[m]; i < batch.molecule_offset[m + 1]; ++i) {
      add_row(sums.data_ptr<float>() + m * width, rows.data_ptr<float>() + i * width, width);
    }
  }
  return sums;
}

torch::Tensor spread_to_atoms(const torch::Tensor& gradient, const AtomGraph& batch) {
  const std::int64_t width = gradient.size(1);
  torch::Tensor rows = torch::zeros({batch.num_atoms(), width}, gradient.options());
  for (std::int64_t m = 0; m < batch.num_molecules(); ++m) {
    for (int i = batch.molecule_offset[m]; i < batch.molecule_offset[m + 1]; ++i) {
      add_row(rows.data_ptr<float>() + i * width, gradient.data_ptr<float>() + m * width, width);
    }
  }
  return rows;
}

using RowMap = torch::Tensor (*)(const torch::Tensor& rows, const AtomGraph& batch);

// A linear map of rows; its transpose is the backward pass. The batch must outlive the graph.
torch::Tensor apply_map(const torch::Tensor& values, const AtomGraph& batch, RowMap map,
                        RowMap transpose) {
  torch::Tensor result = map(values.detach().contiguous(), batch);
  set_backward({result}, {values}, [&batch, transpose](variable_list&& gradients) {
    if (!gradients[0].defined()) return variable_list(1);
    return variable_list{transpose(gradients[0].contiguous(), batch)};
  });
  return result;
}

}  // namespace

torch::Tensor dense_features(const AtomGraph& batch, int width) {
  torch::Tensor rows = torch::zeros({batch.num_atoms(), width});
  float* values = rows.data_ptr<float>();
  for (std::int64_t i = 0; i < batch.num_atoms(); ++i) {
    for (int k = batch.feature_offset[i]; k < batch.feature_offset[i + 1]; ++k) {
      FRAGFLOW_DCHECK(batch.feature_column[k] < width, "column {}", batch.feature_column[k]);
      values[i * width + batch.feature_column[k]] = 1;
    }
  }
  return rows;
}

torch::Tensor sum_neighbours(const torch::Tensor& values, const AtomGraph& batch) {
  return apply_map(values, batch, gather_neighbours, scatter_neighbours);
}

torch::Tensor sum_atoms(const torch::Tensor& values, const AtomGraph& batch) {
  return apply_map(values, batch, gather_atoms, spread_to_atoms);
}

}  // namespace fragflow
