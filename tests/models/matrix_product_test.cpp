#include "models/matrix_product.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

template <typename Real>
class MatrixProduct : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(MatrixProduct, Types);

template <typename Real>
std::vector<Real> numbers(std::int64_t count, Rng& rng) {
  std::vector<Real> values(count);
  for (Real& value : values) value = static_cast<Real>(rng.normal());
  return values;
}

// Sums in double precision.
template <typename Real>
double sum_of(const StridedMatrix<Real>& left, const StridedMatrix<Real>& right, std::int64_t i,
              std::int64_t j) {
  double sum = 0;
  for (std::int64_t k = 0; k < left.columns; ++k) {
    sum += static_cast<double>(left.values[i * left.row_stride + k * left.column_stride]) *
           static_cast<double>(right.values[k * right.row_stride + j * right.column_stride]);
  }
  return sum;
}

// Rows around the numbers that are taken at once by every kind of processor, columns around panels.
TYPED_TEST(MatrixProduct, IsTheSumOfProducts) {
  using Real = TypeParam;
  Rng rng(3);
  for (const std::int64_t rows : {1, 2, 3, 5, 6, 7, 13, 14, 15, 49, 113}) {
    for (const std::int64_t columns : {1, 7, 8, 9, 16, 17, 33, 64}) {
      for (const std::int64_t depth : {0, 1, 3, 64, 65}) {
        const auto a = numbers<Real>(rows * depth, rng), b = numbers<Real>(depth * columns, rng);
        const std::int64_t stride = columns + 3;
        for (const bool transposed : {false, true}) {
          const StridedMatrix<Real> left = transposed
                                               ? row_major(a.data(), depth, rows).transposed()
                                               : row_major(a.data(), rows, depth);
          const StridedMatrix<Real> right = transposed
                                                ? row_major(b.data(), columns, depth).transposed()
                                                : row_major(b.data(), depth, columns);
          const PackedMatrix<Real> packed(right);
          std::vector<Real> result(rows * stride, Real{7});
          multiply(left, packed, result.data(), stride);
          std::vector<Real> sum = result;
          add_product(left, packed, sum.data(), stride);
          std::vector<Real> shifted(rows * stride, Real{7});
          const auto addend = numbers<Real>(columns, rng);
          multiply_and_shift(left, packed, addend.data(), shifted.data(), stride);
          const double tolerance = depth * (sizeof(Real) == 4 ? 1e-6 : 1e-14) + 1e-12;
          for (std::int64_t i = 0; i < rows; ++i) {
            for (std::int64_t j = 0; j < stride; ++j) {
              const Real value = result[i * stride + j], twice = sum[i * stride + j];
              if (j >= columns) {  // between the rows of the result
                ASSERT_EQ(value, Real{7});
                ASSERT_EQ(twice, Real{7});
                ASSERT_EQ(shifted[i * stride + j], Real{7});
                continue;
              }
              const double expected = sum_of(left, right, i, j);
              ASSERT_NEAR(value, expected, 4 * tolerance) << rows << ' ' << columns << ' ' << depth;
              ASSERT_NEAR(twice, 2 * expected, 8 * tolerance);
              ASSERT_EQ(shifted[i * stride + j], addend[j] + value);
            }
          }
        }
      }
    }
  }
}

// Of what a row is multiplied with: the other rows do not matter, not in one bit.
TYPED_TEST(MatrixProduct, OfARowDoesNotDependOnTheOthers) {
  using Real = TypeParam;
  Rng rng(4);
  constexpr std::int64_t kRows = 61, kDepth = 40, kColumns = 20;
  const auto a = numbers<Real>(kRows * kDepth, rng), b = numbers<Real>(kDepth * kColumns, rng);
  const PackedMatrix<Real> packed(row_major(b.data(), kDepth, kColumns));
  std::vector<Real> all(kRows * kColumns), one(kColumns);
  multiply(row_major(a.data(), kRows, kDepth), packed, all.data(), kColumns);
  for (std::int64_t i = 0; i < kRows; ++i) {
    multiply(row_major(a.data() + i * kDepth, 1, kDepth), packed, one.data(), kColumns);
    for (std::int64_t j = 0; j < kColumns; ++j) ASSERT_EQ(one[j], all[i * kColumns + j]) << i;
  }
}

TYPED_TEST(MatrixProduct, PackingAgainForgetsWhatWasThere) {
  using Real = TypeParam;
  Rng rng(5);
  const auto large = numbers<Real>(50 * 50, rng), small = numbers<Real>(3 * 5, rng);
  const Real ones[3] = {1, 1, 1};
  PackedMatrix<Real> packed(row_major(large.data(), 50, 50));
  packed.pack(row_major(small.data(), 3, 5));
  Real result[5];
  multiply(row_major(ones, 1, 3), packed, result, 5);
  for (int j = 0; j < 5; ++j) {
    EXPECT_NEAR(result[j], small[j] + small[5 + j] + small[10 + j], 1e-5);
  }
}

TEST(MatrixProductCount, CountsMultiplicationsAndAdditions) {
  const std::vector<float> values(12, 1.0f);
  const PackedMatrix<float> packed(row_major(values.data(), 3, 4));
  std::vector<float> result(8);
  const std::int64_t before = product_operations();
  multiply(row_major(values.data(), 2, 3), packed, result.data(), 4);
  EXPECT_EQ(product_operations() - before, 2 * 2 * 3 * 4);
}

}  // namespace
}  // namespace fragflow
