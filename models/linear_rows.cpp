#include "models/linear_rows.hpp"

#include "models/tree_loops.hpp"

namespace fragflow {

template <typename Real>
void LinearRows<Real>::apply(const Real* x, std::int64_t rows, Real* y) const {
  const StridedMatrix<Real> left = row_major(x, rows, in());
  if (bias == nullptr) return multiply(left, *forward, y, out());
  multiply_and_shift(left, *forward, bias, y, out());
}

template <typename Real>
void LinearRows<Real>::add_to(const Real* x, std::int64_t rows, Real* y) const {
  add_product(row_major(x, rows, in()), *forward, y, out());
}

template <typename Real>
void LinearRows<Real>::backward_input(const Real* grad_y, std::int64_t rows, Real* grad_x) const {
  multiply(row_major(grad_y, rows, out()), *transposed, grad_x, in());
}

template <typename Real>
void LinearRows<Real>::accumulate_backward_input(const Real* grad_y, std::int64_t rows,
                                                 Real* grad_x) const {
  add_product(row_major(grad_y, rows, out()), *transposed, grad_x, in());
}

template <typename Real>
void LinearRows<Real>::accumulate_weight_gradient(const Real* x, const Real* grad_y,
                                                  std::int64_t rows, Real* gradients) const {
  thread_local PackedMatrix<Real> packed;  // reuses its memory
  packed.pack(row_major(x, rows, in()));
  accumulate_weight_gradient(packed, grad_y, gradients);
}

template <typename Real>
void LinearRows<Real>::accumulate_weight_gradient(const PackedMatrix<Real>& x, const Real* grad_y,
                                                  Real* gradients) const {
  if (x.rows() == 0) return;
  add_product(row_major(grad_y, x.rows(), out()).transposed(), x, gradients + weight_at, in());
  if (bias != nullptr) add_row_sums(grad_y, x.rows(), out(), gradients + bias_at);
}

template struct LinearRows<float>;
template struct LinearRows<double>;

}  // namespace fragflow
