#include "models/gated_update.hpp"

#include <algorithm>
#include <bit>

#include "src/base/parallel.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

constexpr int kRowsAtATime = 256;

// e^x without branches or calls, so that the loop around it becomes vector instructions:
// x = k log 2 + f, and a polynomial for e^f on [-log 2 / 2, log 2 / 2].
__attribute__((always_inline)) inline float exponential(float x) {
  x = std::min(std::max(x, -87.0f), 87.0f);
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

FRAGFLOW_VECTOR_CLONES
void update_rows(const float* input, const float* hidden, std::int64_t hidden_stride, float* state,
                 std::int64_t rows, std::int64_t width) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* __restrict in = input + row * 3 * width;
    const float* __restrict hid = hidden + row * hidden_stride;
    float* __restrict h = state + row * width;
    for (std::int64_t k = 0; k < width; ++k) {
      const float reset = sigmoid(in[k] + hid[k]);
      const float update = sigmoid(in[width + k] + hid[width + k]);
      // tanh(x) = 2 sigmoid(2 x) - 1
      const float candidate = 2 * sigmoid(2 * (in[2 * width + k] + reset * hid[2 * width + k])) - 1;
      h[k] = candidate + update * (h[k] - candidate);
    }
  }
}

}  // namespace

void gated_update(const float* input, const float* hidden, std::int64_t hidden_stride, float* state,
                  std::int64_t rows, std::int64_t width) {
  const std::int64_t num_blocks = (rows + kRowsAtATime - 1) / kRowsAtATime;
  parallel_for(
      num_blocks,
      [&](std::int64_t block) {
        const std::int64_t first = block * kRowsAtATime;
        update_rows(input + first * 3 * width, hidden + first * hidden_stride, hidden_stride,
                    state + first * width, std::min<std::int64_t>(kRowsAtATime, rows - first),
                    width);
      },
      /*chunk=*/1);
}

}  // namespace fragflow
