#include "models/gated_update.hpp"

#include "src/base/exponential.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

FRAGFLOW_INLINE float inverse_exponential(float x) { return exponential<kSigmoidLimit>(-x); }

}  // namespace

// Two loops over a part of a row: each vector's chain of operations is half as long as in one loop,
// so that the processor works on several at a time.
FRAGFLOW_VECTOR_CLONES
void gated_update(const GateRows& input, const GateRows& hidden, float* state, std::int64_t rows,
                  std::int64_t width) {
  constexpr std::int64_t kPart = 64;
  float inner[kPart], update[kPart];
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t first = 0; first < width; first += kPart) {
      const float *in = input.values + row * input.stride + first, *in_bias = input.bias + first;
      const float* hid = hidden.values + row * hidden.stride + first;
      const float* hid_bias = hidden.bias + first;
      float* __restrict h = state + row * width + first;
      const std::int64_t size = width - first < kPart ? width - first : kPart;
#pragma omp simd
      for (std::int64_t k = 0; k < size; ++k) {
        const std::int64_t z = width + k, n = 2 * width + k;
        // Two sigmoids by one division.
        const float a = 1 + inverse_exponential(in[k] + in_bias[k] + hid[k] + hid_bias[k]);
        const float b = 1 + inverse_exponential(in[z] + in_bias[z] + hid[z] + hid_bias[z]);
        const float inverse = 1 / (a * b);
        const float reset = b * inverse;
        update[k] = a * inverse;
        inner[k] = in[n] + in_bias[n] + reset * (hid[n] + hid_bias[n]);
      }
#pragma omp simd
      for (std::int64_t k = 0; k < size; ++k) {
        // tanh(x) = 2 sigmoid(2 x) - 1
        const float candidate = 2 * sigmoid(2 * inner[k]) - 1;
        h[k] = candidate + update[k] * (h[k] - candidate);
      }
    }
  }
}

}  // namespace fragflow
