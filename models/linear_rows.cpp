#include "models/linear_rows.hpp"

#include "models/tree_loops.hpp"

namespace fragflow {

template <typename Real>
void LinearRows<Real>::apply(const Real* x, std::int64_t rows, Real* y) const {
  const StridedMatrix<Real> left = row_major(x, rows, in());
  if (bias == nullptr) return multiply(left, *there, y, out());
  multiply_and_shift(left, *there, bias, y, out());
}

template <typename Real>
void LinearRows<Real>::add_to(const Real* x, std::int64_t rows, Real* y) const {
  add_product(row_major(x, rows, in()), *there, y, out());
}

template <typename Real>
void LinearRows<Real>::apply_back(const Real* of_y, std::int64_t rows, Real* of_x) const {
  multiply(row_major(of_y, rows, out()), *back, of_x, in());
}

template <typename Real>
void LinearRows<Real>::add_back_to(const Real* of_y, std::int64_t rows, Real* of_x) const {
  add_product(row_major(of_y, rows, out()), *back, of_x, in());
}

template <typename Real>
void LinearRows<Real>::learn(const Real* x, const Real* of_y, std::int64_t rows,
                             Real* gradients) const {
  thread_local PackedMatrix<Real> packed;  // keeps its memory
  packed.pack(row_major(x, rows, in()));
  learn(packed, of_y, gradients);
}

template <typename Real>
void LinearRows<Real>::learn(const PackedMatrix<Real>& x, const Real* of_y, Real* gradients) const {
  if (x.rows() == 0) return;
  add_product(row_major(of_y, x.rows(), out()).transposed(), x, gradients + weight_at, in());
  if (bias != nullptr) add_row_sums(of_y, x.rows(), out(), gradients + bias_at);
}

template struct LinearRows<float>;
template struct LinearRows<double>;

}  // namespace fragflow
