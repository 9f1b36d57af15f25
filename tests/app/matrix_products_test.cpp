#include "src/app/matrix_products.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "models/torch.hpp"

namespace fragflow {
namespace {

TEST(MatrixProducts, TheLibraryMultipliesAsItShould) { EXPECT_LE(matrix_product_error(), 1); }

TEST(MatrixProducts, OneWrongElementIsNoticed) {
  for (const float wrong : {1.001f, 0.0f, std::numeric_limits<float>::quiet_NaN()}) {
    const double error = matrix_product_error(
        [wrong](const MatrixShape& shape, const float* left, const float* right, float* product) {
          library_product(shape, left, right, product);
          if (shape.rows == 129) product[128 * 131 + 130] *= wrong;  // what a bad tail loop does
        });
    EXPECT_GT(error, 1) << wrong;
  }
}

TEST(MatrixProducts, CountsProductsForwardAndBackward) {
  const torch::Tensor input = torch::ones({3, 5}, torch::requires_grad());
  torch::nn::Linear layer(5, 7);
  const double one = 2.0 * 3 * 5 * 7;
  {
    const MatrixOperationCounter counter;
    const torch::Tensor output = layer(input);
    EXPECT_EQ(counter.operations(), one);
    output.sum().backward();
    EXPECT_EQ(counter.operations(), 3 * one);  // gradients of the weights and of the input
  }
  const MatrixOperationCounter counter;
  torch::bmm(torch::ones({4, 2, 3}), torch::ones({4, 3, 6}));
  EXPECT_EQ(counter.operations(), 2.0 * 4 * 2 * 3 * 6);
}

TEST(MatrixProducts, RatesAreThoseOfTheRoundsThatAreTimed) {
  int calls = 0;
  RepeatedProduct product({1000, 1000, 100}, [&calls](auto...) { ++calls; });
  EXPECT_EQ(product.mean_rate(), 0);
  for (int run = 1; run <= 2; ++run) {
    product.run(0);
    EXPECT_EQ(calls, 1 + 2 * run);  // 2e8 operations: a round is one product
    EXPECT_GT(product.mean_rate(), 0);
    EXPECT_GE(product.best_rate(), product.mean_rate());
  }
}

TEST(MatrixProducts, TheFastestProductRuns) {
  RepeatedProduct product = fastest_product(0);
  product.run(0);
  EXPECT_GT(product.best_rate(), 0);
}

}  // namespace
}  // namespace fragflow
