#include "src/app/matrix_products.hpp"

#include <ATen/record_function.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

#include "models/matrix_product.hpp"
#include "models/torch.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

// LibTorch's callback is a plain function, so that the sum has to be global.
std::atomic<double> counted_operations{0};

// Operations of a product whose last two arguments are the matrices: mm, addmm, bmm and baddbmm.
// Batches multiply the rows.
double operations_of(const at::Tensor& left, const at::Tensor& right) {
  if (left.dim() < 2 || right.dim() < 2) return 0;
  return 2.0 * static_cast<double>(left.numel()) * static_cast<double>(right.size(-1));
}

std::unique_ptr<at::ObserverContext> count_product(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  const bool plain = name == "aten::mm" || name == "aten::bmm";
  const bool added = name == "aten::addmm" || name == "aten::baddbmm";
  if (!plain && !added) return nullptr;
  const auto inputs = function.inputs();
  const std::size_t first = plain ? 0 : 1;
  if (inputs.size() > first + 1 && inputs[first].isTensor() && inputs[first + 1].isTensor()) {
    const double more = operations_of(inputs[first].toTensor(), inputs[first + 1].toTensor());
    double old = counted_operations.load();
    while (!counted_operations.compare_exchange_weak(old, old + more)) {
    }
  }
  return nullptr;
}

}  // namespace

std::vector<MatrixShape> common_matrix_shapes() {
  return {{2400, 128, 128}, {128, 2400, 128}, {2400, 128, 512}, {1024, 1024, 1024}};
}

void library_product(const MatrixShape& shape, const float* left, const float* right,
                     float* product) {
  const torch::NoGradGuard no_grad;
  // from_blob takes no pointer to const; mm only reads them.
  const torch::Tensor a = torch::from_blob(const_cast<float*>(left), {shape.rows, shape.inner});
  const torch::Tensor b = torch::from_blob(const_cast<float*>(right), {shape.inner, shape.columns});
  torch::Tensor c = torch::from_blob(product, {shape.rows, shape.columns});
  torch::mm_out(c, a, b);
}

void packed_product(const MatrixShape& shape, const float* left, const float* right,
                    float* product) {
  constexpr std::int64_t kRowsAtATime = 240;
  const PackedMatrix<float> packed(row_major(right, shape.inner, shape.columns));
  parallel_for((shape.rows + kRowsAtATime - 1) / kRowsAtATime,
               [&](std::int64_t i) {
                 const std::int64_t first = i * kRowsAtATime;
                 const std::int64_t count = std::min(kRowsAtATime, shape.rows - first);
                 fragflow::multiply(row_major(left + first * shape.inner, count, shape.inner),
                                    packed, product + first * shape.columns, shape.columns);
               },
               /*chunk=*/1);
}

RepeatedProduct::RepeatedProduct(const MatrixShape& shape, MatrixProduct multiply)
    : shape_(shape),
      multiply_(std::move(multiply)),
      left_(static_cast<std::size_t>(shape.rows * shape.inner), 1.0f),
      right_(static_cast<std::size_t>(shape.inner * shape.columns), 1.0f),
      product_(static_cast<std::size_t>(shape.rows * shape.columns)) {
  multiply_once();  // warms up buffers and threads
}

void RepeatedProduct::multiply_once() {
  multiply_(shape_, left_.data(), right_.data(), product_.data());
}

void RepeatedProduct::run(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto times = std::max<std::int64_t>(1, std::llround(2e8 / shape_.operations()));
  const double operations = static_cast<double>(times) * shape_.operations();
  const auto round = [&] {
    for (std::int64_t i = 0; i < times; ++i) multiply_once();
  };
  round();  // loads its data into the cache again and wakes the threads
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  do {
    const auto start = Clock::now();
    round();
    const std::chrono::duration<double> elapsed = Clock::now() - start;
    operations_ += operations;
    seconds_ += elapsed.count();
    best_rate_ = std::max(best_rate_, operations / elapsed.count());
  } while (Clock::now() < end);
}

RepeatedProduct fastest_product(double seconds) {
  MatrixShape best_shape;
  MatrixProduct best_way;
  double best_rate = 0;
  for (const MatrixShape& shape : common_matrix_shapes()) {
    for (const auto multiply : {library_product, packed_product}) {
      RepeatedProduct tried(shape, multiply);
      tried.run(seconds);
      if (tried.best_rate() <= best_rate) continue;
      best_rate = tried.best_rate(), best_shape = shape, best_way = multiply;
    }
  }
  return RepeatedProduct(best_shape, best_way);
}

double matrix_product_error(const MatrixProduct& multiply) {
  // Irregular numbers between -1 and 1 without a generator.
  const auto numbers = [](std::int64_t count, double step) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      values[i] = static_cast<float>(std::sin(step * static_cast<double>(i)));
    }
    return values;
  };
  double worst = 0;
  for (const MatrixShape& shape : std::vector<MatrixShape>{
           {1, 1, 1}, {3, 5, 7}, {17, 33, 65}, {129, 127, 131}, {64, 1001, 37}, {301, 128, 511}}) {
    const std::vector<float> left = numbers(shape.rows * shape.inner, 1.7);
    const std::vector<float> right = numbers(shape.inner * shape.columns, 2.3);
    std::vector<float> product(static_cast<std::size_t>(shape.rows * shape.columns));
    multiply(shape, left.data(), right.data(), product.data());
    for (std::int64_t i = 0; i < shape.rows; ++i) {
      for (std::int64_t j = 0; j < shape.columns; ++j) {
        double sum = 0, magnitudes = 0;
        for (std::int64_t k = 0; k < shape.inner; ++k) {
          const double term = static_cast<double>(left[i * shape.inner + k]) *
                              static_cast<double>(right[k * shape.columns + j]);
          sum += term;
          magnitudes += std::abs(term);
        }
        const double difference = std::abs(sum - product[i * shape.columns + j]);
        const double allowed =
            static_cast<double>(shape.inner + 1) * std::ldexp(1.0, -24) * magnitudes + 1e-30;
        worst = std::max(worst, std::isfinite(difference) ? difference / allowed : INFINITY);
      }
    }
  }
  return worst;
}

MatrixOperationCounter::MatrixOperationCounter() {
  counted_operations = 0;
  ours_before_ = product_operations();
  handle_ = at::addGlobalCallback(at::RecordFunctionCallback(count_product)
                                      .needsInputs(true)
                                      .scopes({at::RecordScope::FUNCTION}));
}

MatrixOperationCounter::~MatrixOperationCounter() { at::removeCallback(handle_); }

double MatrixOperationCounter::operations() const {
  return counted_operations.load() + static_cast<double>(product_operations() - ours_before_);
}

}  // namespace fragflow
