// Products of many rows with a matrix that is packed once and used often, such as a layer's
// weights. A BLAS packs both sides in every call and passes over the result once more, which costs
// it a fifth to a third at the sizes of our networks (docs/notes/performance.md). On one thread;
// for float and double.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace fragflow {

// A matrix where element (i, j) is values[i * row_stride + j * column_stride].
template <typename Real>
struct StridedMatrix {
  const Real* values;
  std::int64_t rows, columns;
  std::int64_t row_stride, column_stride;

  StridedMatrix transposed() const { return {values, columns, rows, column_stride, row_stride}; }
};

// Contiguous rows.
template <typename Real>
StridedMatrix<Real> row_major(const Real* values, std::int64_t rows, std::int64_t columns) {
  return {values, rows, columns, columns, 1};
}

// The right side of a product: panels of 64 bytes of columns, each with all its rows one after the
// other; the last panel is filled up with zeros.
template <typename Real>
class PackedMatrix {
 public:
  static constexpr std::int64_t kPanel = 64 / sizeof(Real);  // columns

  PackedMatrix() = default;
  explicit PackedMatrix(const StridedMatrix<Real>& matrix) { pack(matrix); }

  // Memory is kept and used again.
  void pack(const StridedMatrix<Real>& matrix);

  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  std::int64_t num_panels() const { return (columns_ + kPanel - 1) / kPanel; }
  // [rows, kPanel]
  const Real* panel(std::int64_t i) const { return values_.get() + i * rows_ * kPanel; }

 private:
  struct Free {
    void operator()(Real* values) const { ::operator delete[](values, std::align_val_t{64}); }
  };
  std::int64_t rows_ = 0, columns_ = 0, capacity_ = 0;
  std::unique_ptr<Real[], Free> values_;
};

// result = left * right, or result += left * right. result: [left.rows, right.columns()], rows
// begin result_stride apart; no part of the others. Each element is a sum over k in ascending
// order, whatever the other rows are.
template <typename Real>
void multiply(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right, Real* result,
              std::int64_t result_stride);
template <typename Real>
void add_product(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right, Real* result,
                 std::int64_t result_stride);
// result = addend + left * right, the same row [right.columns()] added to each.
template <typename Real>
void multiply_and_shift(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right,
                        const Real* addend, Real* result, std::int64_t result_stride);

// Multiplications and additions of all products so far, of all threads.
std::int64_t product_operations();

}  // namespace fragflow
