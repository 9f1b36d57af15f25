#include "models/seh_loops.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/exponential.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

FRAGFLOW_INLINE float hyperbolic_tangent(float x) { return 2 * sigmoid(2 * x) - 1; }

}  // namespace

void gather_rows(const float* from, const std::int32_t* rows, std::int64_t count,
                 std::int64_t width, float* to) {
  for (std::int64_t k = 0; k < count; ++k)
    std::copy_n(from + rows[k] * width, width, to + k * width);
}

FRAGFLOW_VECTOR_CLONES
void mean_messages(const float* own, std::int64_t own_stride, const float* bias,
                   const float* products, const std::int32_t* bond_offset, const std::int32_t* row,
                   std::int64_t num_atoms, std::int64_t width, float slope, float* messages,
                   std::int64_t message_stride) {
  for (std::int64_t i = 0; i < num_atoms; ++i) {
    float* __restrict sum = messages + i * message_stride;
    const std::int32_t first = bond_offset[i], last = bond_offset[i + 1];
    std::copy_n(products + row[first] * width, width, sum);
    for (std::int32_t bond = first + 1; bond < last; ++bond) {
      const float* product = products + row[bond] * width;
#pragma omp simd
      for (std::int64_t k = 0; k < width; ++k) sum[k] += product[k];
    }
    const float scale = 1.0f / static_cast<float>(last - first);
    const float* mine = own + i * own_stride;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const float value = mine[k] + bias[k] + scale * sum[k];
      sum[k] = value > 0 ? value : slope * value;
    }
  }
}

FRAGFLOW_VECTOR_CLONES
void feature_layer(const std::int32_t* offset, const std::int32_t* column, const float* factor,
                   int factor_column, const float* weights, const float* bias,
                   std::int64_t num_atoms, std::int64_t width, float slope, float* states) {
  const float* scaled = weights + factor_column * width;
  for (std::int64_t i = 0; i < num_atoms; ++i) {
    float* __restrict sum = states + i * width;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) sum[k] = bias[k] + factor[i] * scaled[k];
    for (std::int32_t feature = offset[i]; feature < offset[i + 1]; ++feature) {
      const float* row = weights + column[feature] * width;
#pragma omp simd
      for (std::int64_t k = 0; k < width; ++k) sum[k] += row[k];
    }
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) sum[k] = sum[k] > 0 ? sum[k] : slope * sum[k];
  }
}

FRAGFLOW_VECTOR_CLONES
void lstm_update(const float* gates, std::int64_t rows, std::int64_t width, float* cell,
                 float* hidden, std::int64_t hidden_stride) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* gate = gates + r * 4 * width;
    float* __restrict c = cell + r * width;
    float* __restrict h = hidden + r * hidden_stride;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const float in = sigmoid(gate[k]), kept = sigmoid(gate[width + k]);
      const float value = kept * c[k] + in * hyperbolic_tangent(gate[2 * width + k]);
      c[k] = value;
      h[k] = sigmoid(gate[3 * width + k]) * hyperbolic_tangent(value);
    }
  }
}

FRAGFLOW_VECTOR_CLONES
void attend(const float* rows, std::int64_t count, std::int64_t width, const float* query,
            float* weights, float* __restrict sum) {
  float largest = -INFINITY, total = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    float product = 0;
#pragma omp simd reduction(+ : product)
    for (std::int64_t k = 0; k < width; ++k) product += rows[i * width + k] * query[k];
    weights[i] = product;
    largest = std::max(largest, product);
  }
  for (std::int64_t i = 0; i < count; ++i) total += weights[i] = std::exp(weights[i] - largest);
  std::fill_n(sum, width, 0.0F);
  for (std::int64_t i = 0; i < count; ++i) {
    const float share = weights[i] / total;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) sum[k] += share * rows[i * width + k];
  }
}

}  // namespace fragflow
