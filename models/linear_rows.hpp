// A linear layer, forward and backward, for loops over rows.
#pragma once

#include <cstdint>

#include "models/matrix_product.hpp"

namespace fragflow {

// y = weight x + bias for rows x [rows, in] and y [rows, out]; weight is [out, in]. `at` is the
// offset of a parameter's gradient in the array of the gradients of all parameters.
template <typename Real>
struct LinearRows {
  const PackedMatrix<Real>* forward = nullptr;     // [in, out], the right factor for rows
  const PackedMatrix<Real>* transposed = nullptr;  // [out, in], the right factor for gradients
  const Real* bias = nullptr;                      // [out], or null
  std::int64_t weight_at = 0, bias_at = 0;

  std::int64_t in() const { return forward->rows(); }
  std::int64_t out() const { return forward->columns(); }

  void apply(const Real* x, std::int64_t rows, Real* y) const;
  // y += weight x, without the bias.
  void add_to(const Real* x, std::int64_t rows, Real* y) const;

  // Sets the gradient of x from that of y, or adds to it.
  void backward_input(const Real* grad_y, std::int64_t rows, Real* grad_x) const;
  void accumulate_backward_input(const Real* grad_y, std::int64_t rows, Real* grad_x) const;
  // Adds to the gradients of weight and bias. The overload takes an already packed x, for inputs
  // shared by several layers.
  void accumulate_weight_gradient(const Real* x, const Real* grad_y, std::int64_t rows,
                                  Real* gradients) const;
  void accumulate_weight_gradient(const PackedMatrix<Real>& x, const Real* grad_y,
                                  Real* gradients) const;
};

}  // namespace fragflow
