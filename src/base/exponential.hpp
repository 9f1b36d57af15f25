// e^x without branches or calls, so that loops around it are vectorised.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "src/base/vector_clones.hpp"

namespace fragflow {

// Relative accuracy about 1e-7, for |x| up to 1e6; clamped to [2^-LargestPower, 2^LargestPower].
// NaN gives NaN.
template <int LargestPower = 126>
FRAGFLOW_INLINE float exponential(float x) {
  // x = k log 2 + f, and a polynomial for e^f on [-log 2 / 2, log 2 / 2].
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
  // Clamps the integer: comparing floating-point numbers would take several instructions.
  const auto integer = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(shifted) -
                                                 std::bit_cast<std::uint32_t>(kRound));
  const std::int32_t power = std::min(std::max(integer, -LargestPower), LargestPower);
  return sum * std::bit_cast<float>((power + 127) << 23);
}

// 1 / (1 + e^-x), to about 1e-7. The limit keeps the product of two denominators finite, and 1 / (1
// + 2^62) is negligible relative to 1.
inline constexpr int kSigmoidLimit = 62;
FRAGFLOW_INLINE float sigmoid(float x) { return 1 / (1 + exponential<kSigmoidLimit>(-x)); }

inline double exponential(double x) { return std::exp(x); }

}  // namespace fragflow
