#include "models/gated_update.hpp"

#include <algorithm>
#include <bit>

#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

// Of exponents: the product of two exponentials is finite, and 1 / (1 + e^43) is nothing beside 1.
constexpr float kLargest = 43.0f;

// e^x without branches or calls, so that the loop around it becomes vector instructions:
// x = k log 2 + f, and a polynomial for e^f on [-log 2 / 2, log 2 / 2].
__attribute__((always_inline)) inline float exponential(float x) {
  x = std::min(std::max(x, -kLargest), kLargest);
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const float shifted = x * 1.44269504f + kRound;
  const float k = shifted - kRound;
  // log 2 in two parts, the first with so few bits that its product with k is exact.
  const float f = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  float sum = 1.0f / 720;
  sum = sum * f + 1.0f / 120;
  sum = sum * f + 1.0f / 24;
  sum = sum * f + 1.0f / 6;
  sum = sum * f + 0.5f;
  sum = sum * f + 1.0f;
  sum = sum * f + 1.0f;
  const auto exponent = (std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kRound))
                        << 23;
  return std::bit_cast<float>(std::bit_cast<std::int32_t>(sum) + exponent);
}

__attribute__((always_inline)) inline float sigmoid(float x) { return 1 / (1 + exponential(-x)); }

}  // namespace

FRAGFLOW_VECTOR_CLONES
void gated_update(const GateRows& input, const GateRows& hidden, float* state, std::int64_t rows,
                  std::int64_t width) {
  const float *in_bias = input.bias, *hid_bias = hidden.bias;
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* in = input.values + row * input.stride;
    const float* hid = hidden.values + row * hidden.stride;
    float* __restrict h = state + row * width;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const std::int64_t z = width + k, n = 2 * width + k;
      // Two sigmoids by one division.
      const float a = 1 + exponential(-(in[k] + in_bias[k] + hid[k] + hid_bias[k]));
      const float b = 1 + exponential(-(in[z] + in_bias[z] + hid[z] + hid_bias[z]));
      const float inverse = 1 / (a * b);
      const float reset = b * inverse, update = a * inverse;
      // tanh(x) = 2 sigmoid(2 x) - 1
      const float inner = in[n] + in_bias[n] + reset * (hid[n] + hid_bias[n]);
      const float candidate = 2 * sigmoid(2 * inner) - 1;
      h[k] = candidate + update * (h[k] - candidate);
    }
  }
}

}  // namespace fragflow
