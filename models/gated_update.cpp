#include "models/gated_update.hpp"

#include "src/base/exponential.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

FRAGFLOW_INLINE float inverse_exponential(float x) { return exponential<kSigmoidLimit>(-x); }

}  // namespace

// Two loops over a part of a row: each vector's chain of dependent operations is half as long as in
// one loop, so that the processor overlaps several.
FRAGFLOW_VECTOR_CLONES
void gated_update(const Gates& gates, float* state, std::int64_t rows, std::int64_t width) {
  const GateRows &sums = gates.reset_and_update, &input = gates.candidate_input;
  const GateRows& own = gates.candidate_state;
  constexpr std::int64_t kPart = 64;
  float inner[kPart], kept[kPart];
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t first = 0; first < width; first += kPart) {
      const float *reset = sums.values + row * sums.stride + first, *update = reset + width;
      const float *reset_bias = sums.bias + first, *update_bias = reset_bias + width;
      const float *in = input.values + row * input.stride + first, *in_bias = input.bias + first;
      const float *was = own.values + row * own.stride + first, *was_bias = own.bias + first;
      float* __restrict h = state + row * width + first;
      const std::int64_t size = width - first < kPart ? width - first : kPart;
#pragma omp simd
      for (std::int64_t k = 0; k < size; ++k) {
        // Two sigmoids with one division.
        const float a = 1 + inverse_exponential(reset[k] + reset_bias[k]);
        const float b = 1 + inverse_exponential(update[k] + update_bias[k]);
        const float inverse = 1 / (a * b);
        kept[k] = a * inverse;
        inner[k] = in[k] + in_bias[k] + b * inverse * (was[k] + was_bias[k]);
      }
#pragma omp simd
      for (std::int64_t k = 0; k < size; ++k) {
        // tanh(x) = 2 sigmoid(2 x) - 1
        const float candidate = 2 * sigmoid(2 * inner[k]) - 1;
        h[k] = candidate + kept[k] * (h[k] - candidate);
      }
    }
  }
}

}  // namespace fragflow
