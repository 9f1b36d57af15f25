// Linear layers through products with packed weights (models/matrix_product.hpp).
#pragma once

#include "models/torch.hpp"

#include <memory>
#include <vector>

#include "models/matrix_product.hpp"

namespace fragflow {

// A weight [out, in] of float32 or float64, packed for the forward pass and, if gradients are
// enabled, for the backward pass. Later changes of the weight are not seen.
class PackedWeight {
 public:
  explicit PackedWeight(const torch::Tensor& weight);

  const torch::Tensor& weight() const { return weight_; }
  // [in, out]: the right factor for rows.
  template <typename Real>
  const PackedMatrix<Real>& forward() const;
  // [out, in]: the right factor for gradients of results.
  template <typename Real>
  const PackedMatrix<Real>& transposed() const;

 private:
  template <typename Real>
  struct Both {
    PackedMatrix<Real> forward, transposed;
  };
  template <typename Real>
  void pack(Both<Real>& both);

  torch::Tensor weight_;
  Both<float> floats_;  // exactly one of the two is filled
  Both<double> doubles_;
};

using SharedWeight = std::shared_ptr<const PackedWeight>;

// x: [rows, in]; bias: [out] or undefined -> [rows, out]. Differentiable in x, weight and bias if
// gradients are enabled.
torch::Tensor packed_linear(const torch::Tensor& x, const SharedWeight& weight,
                            const torch::Tensor& bias);

// The gradients of the weights of layers y = x weight^T: grad_y^T x for each grad_y; all are [rows,
// ..].
template <typename Real>
std::vector<torch::Tensor> weight_gradients(const std::vector<torch::Tensor>& grad_y,
                                            const torch::Tensor& x);

}  // namespace fragflow
