// A linear layer as loops over rows use it, forward and backward.
#pragma once

#include <cstdint>

#include "models/matrix_product.hpp"

namespace fragflow {

// y = weight x + bias for rows x [rows, in] and y [rows, out]; weight is [out, in]. `at` tells
// where a parameter's gradient begins in an array of the gradients of all parameters.
template <typename Real>
struct LinearRows {
  const PackedMatrix<Real>* forward = nullptr;     // [in, out], what rows are multiplied with
  const PackedMatrix<Real>* transposed = nullptr;  // [out, in], what gradients are multiplied with
  const Real* bias = nullptr;                      // [out], or null
  std::int64_t weight_at = 0, bias_at = 0;

  std::int64_t in() const { return forward->rows(); }
  std::int64_t out() const { return forward->columns(); }

  void apply(const Real* x, std::int64_t rows, Real* y) const;
  // y += weight x, without the bias.
  void add_to(const Real* x, std::int64_t rows, Real* y) const;

  // From the gradient of y: that of x, or added to it.
  void backward_input(const Real* grad_y, std::int64_t rows, Real* grad_x) const;
  void accumulate_backward_input(const Real* grad_y, std::int64_t rows, Real* grad_x) const;
  // Adds to the gradients of weight and bias. The overload takes an x that is packed already, for
  // one that several layers share.
  void accumulate_weight_gradient(const Real* x, const Real* grad_y, std::int64_t rows,
                                  Real* gradients) const;
  void accumulate_weight_gradient(const PackedMatrix<Real>& x, const Real* grad_y,
                                  Real* gradients) const;
};

}  // namespace fragflow
