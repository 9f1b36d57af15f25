#include "models/gated_update.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(GatedUpdate, FollowsItsFormulaFromTinyToSaturatedGates) {
  constexpr int kRows = 700, kWidth = 5, kStride = 23, kOther = 9;
  Rng rng(5);
  const auto normal = [&](int count) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(rng.normal());
    return values;
  };
  // Row by row from 1e-3 to 1e3.
  const auto growing = [&](int count) {
    std::vector<float> values = normal(count);
    for (int i = 0; i < count; ++i) values[i] *= std::pow(10.0F, -3 + 6.0F * i / count);
    return values;
  };
  const std::vector<float> sums = growing(kRows * kStride), input = growing(kRows * kOther);
  const std::vector<float> own = normal(kRows * kWidth), state = normal(kRows * kWidth);
  const std::vector<float> sum_bias = normal(2 * kWidth), input_bias = normal(kWidth);
  const std::vector<float> own_bias = normal(kWidth);
  std::vector<float> updated = state;
  gated_update({{sums.data(), kStride, sum_bias.data()},
                {input.data(), kOther, input_bias.data()},
                {own.data(), kWidth, own_bias.data()}},
               updated.data(), kRows, kWidth);
  for (int row = 0; row < kRows; ++row) {
    const auto sum = [&](int k) { return double{sums[row * kStride + k]} + sum_bias[k]; };
    for (int k = 0; k < kWidth; ++k) {
      const double reset = sigmoid(sum(k)), update = sigmoid(sum(kWidth + k));
      const double in = double{input[row * kOther + k]} + input_bias[k];
      const double was = double{own[row * kWidth + k]} + own_bias[k];
      const double candidate = std::tanh(in + reset * was);
      const double expected = (1 - update) * candidate + update * state[row * kWidth + k];
      ASSERT_NEAR(updated[row * kWidth + k], expected, 2e-6) << row << ' ' << k;
    }
  }
}

}  // namespace
}  // namespace fragflow
