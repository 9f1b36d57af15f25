// Float32 matrix products, which are nearly all of the networks' arithmetic: their rate on this
// machine, their correctness, and their number in a training step.
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

// The products of a training step of the default policy: node features of a batch times a layer's
// weights, and the gradient of those weights; then a product large enough to show the peak rate.
std::vector<MatrixShape> common_matrix_shapes();

// product [rows, columns] = left [rows, inner] right [inner, columns], all row-major.
using MatrixProduct =
    std::function<void(const MatrixShape&, const float* left, const float* right, float* product)>;
// LibTorch's product, which calls the BLAS, with LibTorch's threads.
void library_product(const MatrixShape& shape, const float* left, const float* right,
                     float* product);
// Our own (models/matrix_product.hpp), including packing, with the threads of parallel_for.
void packed_product(const MatrixShape& shape, const float* left, const float* right,
                    float* product);

// One product repeated on its own data, in rounds of a millisecond or more.
class RepeatedProduct {
 public:
  explicit RepeatedProduct(const MatrixShape& shape, MatrixProduct multiply = library_product);
  // Runs rounds for `seconds`, at least one, after an untimed one.
  void run(double seconds);
  // Operations per second: over all rounds, and in the fastest. 0 before the first run().
  double mean_rate() const { return seconds_ > 0 ? operations_ / seconds_ : 0; }
  double best_rate() const { return best_rate_; }

 private:
  void multiply_once();

  MatrixShape shape_;
  MatrixProduct multiply_;
  std::vector<float> left_, right_, product_;
  double operations_ = 0, seconds_ = 0, best_rate_ = 0;
};

// The one with the fastest round among the common shapes and both implementations; each is tried
// for `seconds`.
RepeatedProduct fastest_product(double seconds);

// Largest deviation from sums in double precision, over sizes that are not multiples of any vector
// length, relative to the rounding error bound (inner x 2^-24 x the sum of magnitudes): above 1 the
// product is wrong.
double matrix_product_error(const MatrixProduct& multiply = library_product);

// Counts the operations of every matrix product (forward and backward) during its lifetime; one
// instance at a time.
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
