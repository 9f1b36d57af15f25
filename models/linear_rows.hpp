// A linear layer as loops over rows use it, forward and backward.
#pragma once

#include <cstdint>

#include "models/matrix_product.hpp"

namespace fragflow {

// y = weight x + bias for rows x [rows, in] and y [rows, out]; weight is [out, in]. `at` tells
// where a parameter's gradient begins in an array of the gradients of all parameters.
template <typename Real>
struct LinearRows {
  const PackedMatrix<Real>* there = nullptr;  // [in, out], what rows are multiplied with
  const PackedMatrix<Real>* back = nullptr;   // [out, in], what gradients are multiplied with
  const Real* bias = nullptr;                 // [out], or null
  std::int64_t weight_at = 0, bias_at = 0;

  std::int64_t in() const { return there->rows(); }
  std::int64_t out() const { return there->columns(); }

  void apply(const Real* x, std::int64_t rows, Real* y) const;
  // y += weight x, without the bias.
  void add_to(const Real* x, std::int64_t rows, Real* y) const;

  // From the gradient of y: that of x, or added to it.
  void apply_back(const Real* of_y, std::int64_t rows, Real* of_x) const;
  void add_back_to(const Real* of_y, std::int64_t rows, Real* of_x) const;
  // Adds to the gradients of weight and bias. The second way is for an x that several layers see.
  void learn(const Real* x, const Real* of_y, std::int64_t rows, Real* gradients) const;
  void learn(const PackedMatrix<Real>& x, const Real* of_y, Real* gradients) const;
};

}  // namespace fragflow
