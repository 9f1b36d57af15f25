// Products of many rows with a matrix that is packed once and used often, such as a layer's
// weights. A BLAS packs both factors in every call and makes one more pass over the result, which
// costs it a fifth to a third of its time at the sizes of our networks (docs/notes/performance.md).
// Single-threaded; for float and double.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace fragflow {

// A strided matrix: element (i, j) is values[i * row_stride + j * column_stride].
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

// The right factor of a product: panels of 64 bytes of columns, the rows of each panel stored one
// after the other; the last panel is padded with zeros.
template <typename Real>
class PackedMatrix {
 public:
  static constexpr std::int64_t kPanel = 64 / sizeof(Real);  // columns

  PackedMatrix() = default;
  explicit PackedMatrix(const StridedMatrix<Real>& matrix) { pack(matrix); }

  // Reuses the memory of an earlier pack().
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
// result_stride apart; it must not overlap the factors. Each element is a sum over k in ascending
// order, independent of the other rows.
template <typename Real>
void multiply(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right, Real* result,
              std::int64_t result_stride);
template <typename Real>
void add_product(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right, Real* result,
                 std::int64_t result_stride);
// result = addend + left * right, where the row addend [right.columns()] is added to every row.
template <typename Real>
void multiply_and_shift(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right,
                        const Real* addend, Real* result, std::int64_t result_stride);

// Number of multiplications and additions of all products so far, over all threads.
std::int64_t product_operations();

}  // namespace fragflow
