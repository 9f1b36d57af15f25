#include "models/dense_loops.hpp"

#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kLanes = 16;
constexpr float kSlope = 0.01F;
constexpr int kRows = 4, kOutputs = 4;  // at once: each value that is loaded is used several times

// Operations on it become one vector instruction, or as many as it takes.
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

typedef int LaneNumbers __attribute__((vector_size(kLanes * sizeof(int))));
constexpr LaneNumbers kOther8 = {8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7};
constexpr LaneNumbers kOther4 = {4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3};
constexpr LaneNumbers kOther2 = {2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1};

// y of `Rows` rows and `Outputs` outputs.
template <int Rows, int Outputs>
inline __attribute__((always_inline)) void block(const float* x, std::int64_t in,
                                                 const float* weight, const float* bias,
                                                 std::int64_t out, float* y) {
  Lanes sums[Rows][Outputs] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= in; i += kLanes) {
#pragma GCC unroll 4
    for (int o = 0; o < Outputs; ++o) {
      const Lanes w = *reinterpret_cast<const Lanes*>(weight + o * in + i);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) {
        sums[r][o] += w * *reinterpret_cast<const Lanes*>(x + r * in + i);
      }
    }
  }
  for (int r = 0; r < Rows; ++r) {
    for (int o = 0; o < Outputs; ++o) {
      Lanes sum = sums[r][o];  // halves are added until one lane holds all
      sum += __builtin_shuffle(sum, kOther8);
      sum += __builtin_shuffle(sum, kOther4);
      sum += __builtin_shuffle(sum, kOther2);
      float total = bias[o] + (sum[0] + sum[1]);
      for (std::int64_t k = i; k < in; ++k) total += x[r * in + k] * weight[o * in + k];
      y[r * out + o] = total;
    }
  }
}

template <int Rows>
inline __attribute__((always_inline)) void rows_block(const float* x, std::int64_t in,
                                                      const float* weight, const float* bias,
                                                      std::int64_t out, float* y) {
  std::int64_t o = 0;
  for (; o + kOutputs <= out; o += kOutputs) {
    block<Rows, kOutputs>(x, in, weight + o * in, bias + o, out, y + o);
  }
  for (; o < out; ++o) block<Rows, 1>(x, in, weight + o * in, bias + o, out, y + o);
}

}  // namespace

FRAGFLOW_VECTOR_CLONES
void dense_rows(const float* x, std::int64_t rows, std::int64_t in, const float* weight,
                const float* bias, std::int64_t out, float* y) {
  std::int64_t r = 0;
  for (; r + kRows <= rows; r += kRows) {
    rows_block<kRows>(x + r * in, in, weight, bias, out, y + r * out);
  }
  for (; r < rows; ++r) rows_block<1>(x + r * in, in, weight, bias, out, y + r * out);
}

FRAGFLOW_VECTOR_CLONES
void leaky_relu(float* values, std::int64_t count) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    const float lower = kSlope * values[i];
    values[i] = values[i] > lower ? values[i] : lower;
  }
}

FRAGFLOW_VECTOR_CLONES
void leaky_relu_backward(const float* gradient, const float* activation, std::int64_t count,
                         float* result) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    // The activation has the sign of what it came from.
    const float slope = activation[i] > 0 ? 1.0F : kSlope;
    result[i] = slope * gradient[i];
  }
}

FRAGFLOW_VECTOR_CLONES
void add_scaled(const float* x, float factor, std::int64_t count, float* y) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) y[i] += factor * x[i];
}

}  // namespace fragflow
