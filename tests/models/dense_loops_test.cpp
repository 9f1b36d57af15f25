#include "models/dense_loops.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

std::vector<float> random_values(std::int64_t count, std::uint64_t seed) {
  Rng rng(seed, 0);
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(rng.normal()));
  return values;
}

// Sizes around the blocks of 4 rows, 4 outputs and 16 inputs.
TEST(DenseRows, EqualsPlainSums) {
  for (const std::int64_t rows : {1, 3, 4, 6, 9}) {
    for (const std::int64_t in : {1, 15, 16, 17, 40}) {
      for (const std::int64_t out : {1, 4, 5}) {
        const auto x = random_values(rows * in, 1), weight = random_values(out * in, 2),
                   bias = random_values(out, 3);
        std::vector<float> y(rows * out, -1.0F);
        dense_rows(x.data(), rows, in, weight.data(), bias.data(), out, y.data());
        for (std::int64_t r = 0; r < rows; ++r) {
          for (std::int64_t o = 0; o < out; ++o) {
            double expected = bias[o];
            for (std::int64_t i = 0; i < in; ++i) {
              expected += static_cast<double>(x[r * in + i]) * weight[o * in + i];
            }
            EXPECT_NEAR(y[r * out + o], expected, 1e-5) << rows << " " << in << " " << out;
          }
        }
      }
    }
  }
}

TEST(LeakyRelu, GoesForwardAndBack) {
  const std::vector<float> x = random_values(37, 4), given = random_values(37, 5);
  std::vector<float> y = x, gradient(37);
  leaky_relu(y.data(), 37);
  leaky_relu_backward(given.data(), y.data(), 37, gradient.data());
  for (int i = 0; i < 37; ++i) {
    const float slope = x[i] > 0 ? 1.0F : 0.01F;
    EXPECT_EQ(y[i], slope * x[i]);
    EXPECT_EQ(gradient[i], slope * given[i]);
  }
}

TEST(AddScaled, EqualsTheSum) {
  const std::vector<float> x = random_values(37, 6), start = random_values(37, 7);
  std::vector<float> y = start;
  add_scaled(x.data(), 1.5F, 37, y.data());
  for (int i = 0; i < 37; ++i) EXPECT_NEAR(y[i], start[i] + 1.5F * x[i], 1e-6);
}

}  // namespace
}  // namespace fragflow
