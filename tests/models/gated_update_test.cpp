#include "models/gated_update.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(GatedUpdate, FollowsItsFormulaFromTinyToSaturatedGates) {
  constexpr int kRows = 700, kWidth = 5, kStride = 23;
  Rng rng(5);
  std::vector<float> input(kRows * 3 * kWidth), hidden(kRows * kStride), state(kRows * kWidth);
  for (std::size_t i = 0; i < input.size(); ++i) {
    // Row by row from 1e-3 to 1e3.
    const double scale = std::pow(10.0, -3 + 6 * static_cast<double>(i) / input.size());
    input[i] = static_cast<float>(scale * rng.normal());
  }
  for (float& value : hidden) value = static_cast<float>(rng.normal());
  for (float& value : state) value = static_cast<float>(rng.normal());
  std::vector<float> input_bias(3 * kWidth), hidden_bias(3 * kWidth);
  for (float& value : input_bias) value = static_cast<float>(rng.normal());
  for (float& value : hidden_bias) value = static_cast<float>(rng.normal());
  std::vector<float> updated = state;
  gated_update({input.data(), 3 * kWidth, input_bias.data()},
               {hidden.data(), kStride, hidden_bias.data()}, updated.data(), kRows, kWidth);
  for (int row = 0; row < kRows; ++row) {
    const auto in = [&](int k) { return double{input[row * 3 * kWidth + k]} + input_bias[k]; };
    const auto hid = [&](int k) { return double{hidden[row * kStride + k]} + hidden_bias[k]; };
    for (int k = 0; k < kWidth; ++k) {
      const double reset = sigmoid(in(k) + hid(k));
      const double update = sigmoid(in(kWidth + k) + hid(kWidth + k));
      const double candidate = std::tanh(in(2 * kWidth + k) + reset * hid(2 * kWidth + k));
      const double expected = (1 - update) * candidate + update * state[row * kWidth + k];
      ASSERT_NEAR(updated[row * kWidth + k], expected, 2e-6) << row << ' ' << k;
    }
  }
}

}  // namespace
}  // namespace fragflow
