#include "models/dense_loops.hpp"

#include "src/base/processor.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

constexpr float kSlope = 0.01F;

struct Dense {
  const float *x, *weight, *bias;
  std::int64_t rows, in, out;
  float* y;
};

// y of `Rows` rows and `Outputs` outputs from (row, output) on: each value that is loaded is used
// several times, and the sums stay in registers.
template <int VectorBytes, int Rows, int Outputs>
FRAGFLOW_INLINE void block(const Dense& dense, std::int64_t row, std::int64_t output) {
  constexpr std::int64_t kLanes = VectorBytes / sizeof(float);
  typedef float Lanes __attribute__((vector_size(VectorBytes), aligned(4), may_alias));
  const std::int64_t in = dense.in;
  const float *x = dense.x + row * in, *weight = dense.weight + output * in;
  Lanes sums[Rows][Outputs] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= in; i += kLanes) {
    Lanes weights[Outputs];
#pragma GCC unroll 4
    for (int o = 0; o < Outputs; ++o) {
      weights[o] = *reinterpret_cast<const Lanes*>(weight + o * in + i);
    }
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) {
      const Lanes values = *reinterpret_cast<const Lanes*>(x + r * in + i);
#pragma GCC unroll 4
      for (int o = 0; o < Outputs; ++o) sums[r][o] += weights[o] * values;
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int o = 0; o < Outputs; ++o) {
      float lanes[kLanes];
      *reinterpret_cast<Lanes*>(lanes) = sums[r][o];
      float total = dense.bias[output + o];
      for (std::int64_t lane = 0; lane < kLanes; ++lane) total += lanes[lane];
      for (std::int64_t k = i; k < in; ++k) total += x[r * in + k] * weight[o * in + k];
      dense.y[(row + r) * dense.out + output + o] = total;
    }
  }
}

template <int VectorBytes, int Rows, int Outputs>
FRAGFLOW_INLINE void rows_block(const Dense& dense, std::int64_t row) {
  std::int64_t o = 0;
  for (; o + Outputs <= dense.out; o += Outputs) block<VectorBytes, Rows, Outputs>(dense, row, o);
  for (; o < dense.out; ++o) block<VectorBytes, Rows, 1>(dense, row, o);
}

template <int VectorBytes, int Outputs>
FRAGFLOW_INLINE void all_rows(const Dense& dense) {
  std::int64_t r = 0;
  for (; r + 4 <= dense.rows; r += 4) rows_block<VectorBytes, 4, Outputs>(dense, r);
  if (dense.rows - r == 3) rows_block<VectorBytes, 3, Outputs>(dense, r);
  if (dense.rows - r == 2) rows_block<VectorBytes, 2, Outputs>(dense, r);
  if (dense.rows - r == 1) rows_block<VectorBytes, 1, Outputs>(dense, r);
}

void dense_anywhere(const Dense& dense) { all_rows<16, 2>(dense); }

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2,fma"))) void dense_avx2(const Dense& dense) { all_rows<32, 3>(dense); }
__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))) void dense_avx512(
    const Dense& dense) {
  all_rows<64, 4>(dense);
}
#endif

using DenseLoop = void (*)(const Dense&);

DenseLoop best_dense() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx512()) return dense_avx512;
  if (has_avx2()) return dense_avx2;
#endif
  return dense_anywhere;
}

}  // namespace

void dense_rows(const float* x, std::int64_t rows, std::int64_t in, const float* weight,
                const float* bias, std::int64_t out, float* y) {
  static const DenseLoop best = best_dense();
  best({x, weight, bias, rows, in, out, y});
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
