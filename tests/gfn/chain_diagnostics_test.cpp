#include "src/gfn/chain_diagnostics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

// x' = a x + sqrt(1 - a^2) noise: variance 1, correlation a^lag.
std::vector<std::vector<double>> autoregressive(double a, int chains, int length, double shift) {
  std::vector<std::vector<double>> result;
  for (int c = 0; c < chains; ++c) {
    Rng rng(3, static_cast<std::uint64_t>(c), 0);
    double x = rng.normal();
    std::vector<double> chain;
    for (int i = 0; i < length; ++i) {
      chain.push_back(x + (c % 2 == 0 ? shift : 0));
      x = a * x + std::sqrt(1 - a * a) * rng.normal();
    }
    result.push_back(std::move(chain));
  }
  return result;
}

TEST(ChainDiagnostics, EffectiveSizeIsThatOfTheAutocorrelation) {
  for (const double a : {0.0, 0.5, 0.9}) {
    const auto chains = autoregressive(a, 16, 4000, 0);
    const double exact = 16 * 4000 * (1 - a) / (1 + a);
    EXPECT_NEAR(effective_size(chains) / exact, 1, 0.15) << a;
    EXPECT_LT(split_r_hat(chains), 1.02) << a;
  }
}

TEST(ChainDiagnostics, ChainsThatDisagreeAreSeen) {
  const auto chains = autoregressive(0.0, 16, 1000, 1);
  // Half of the chains are shifted by 1: between-chain variance .25 of a total of 1.25.
  EXPECT_NEAR(split_r_hat(chains), std::sqrt(1.25), 0.03);
  EXPECT_LT(effective_size(chains), 200);
}

TEST(ChainDiagnostics, ATrendInEveryChainIsSeen) {
  auto chains = autoregressive(0.0, 8, 1000, 0);
  for (auto& chain : chains) {
    for (std::size_t i = 0; i < chain.size(); ++i) chain[i] += 0.004 * static_cast<double>(i);
  }
  EXPECT_GT(split_r_hat(chains), 1.3);
}

TEST(ChainDiagnostics, EqualValues) {
  const std::vector<std::vector<double>> chains(2, std::vector<double>(10, 1.0));
  EXPECT_EQ(split_r_hat(chains), 1);
  EXPECT_EQ(effective_size(chains), 20);
}

}  // namespace
}  // namespace fragflow
