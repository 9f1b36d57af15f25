// Float32 matrix products, where nearly all arithmetic of the networks is: their rate on this
// machine, whether they are right, and how much of a training step they are.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace fragflow {

// [rows, inner] times [inner, columns]: 2 rows inner columns operations.
struct MatrixShape {
  std::int64_t rows = 0, inner = 0, columns = 0;
  double operations() const {
    return 2.0 * static_cast<double>(rows) * static_cast<double>(inner) *
           static_cast<double>(columns);
  }
};

// What a training step of the default policy multiplies: node features of a batch by a layer's
// weights, and the gradient of those weights; then a product large enough to show the peak.
std::vector<MatrixShape> common_matrix_shapes();

// product [rows, columns] = left [rows, inner] right [inner, columns], all row by row.
using MatrixProduct =
    std::function<void(const MatrixShape&, const float* left, const float* right, float* product)>;
// LibTorch's, which calls the BLAS, with the threads that LibTorch has.
void library_product(const MatrixShape& shape, const float* left, const float* right,
                     float* product);
// Ours (models/matrix_product.hpp), packing included, with the threads of parallel_for.
void packed_product(const MatrixShape& shape, const float* left, const float* right,
                    float* product);

// One product done again and again, on numbers of its own, in rounds of a millisecond or more.
class RepeatedProduct {
 public:
  explicit RepeatedProduct(const MatrixShape& shape, MatrixProduct multiply = library_product);
  // Rounds for `seconds`, at least one, after one that is not timed.
  void run(double seconds);
  // Operations a second: of all rounds together, and of the fastest. 0 before the first run().
  double mean_rate() const { return seconds_ > 0 ? operations_ / seconds_ : 0; }
  double best_rate() const { return best_rate_; }

 private:
  void multiply_once();

  MatrixShape shape_;
  MatrixProduct multiply_;
  std::vector<float> left_, right_, product_;
  double operations_ = 0, seconds_ = 0, best_rate_ = 0;
};

// Of the common shapes and both ways to multiply, the one with the fastest round; each is tried for
// `seconds`.
RepeatedProduct fastest_product(double seconds);

// Largest difference, over sizes that are no multiple of any vector length, to sums in double
// precision, in units of what rounding explains (inner x 2^-24 x the sum of magnitudes): above 1
// the product is wrong.
double matrix_product_error(const MatrixProduct& multiply = library_product);

// Counts the operations of every matrix product (forward and backward) while it lives; one at a
// time.
class MatrixOperationCounter {
 public:
  MatrixOperationCounter();
  ~MatrixOperationCounter();
  MatrixOperationCounter(const MatrixOperationCounter&) = delete;
  MatrixOperationCounter& operator=(const MatrixOperationCounter&) = delete;
  double operations() const;

 private:
  std::uint64_t handle_ = 0;
  std::int64_t ours_before_ = 0;
};

}  // namespace fragflow
