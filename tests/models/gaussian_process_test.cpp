#include "models/gaussian_process.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

torch::Tensor matrix(const std::vector<double>& values, std::int64_t columns) {
  return torch::tensor(values, torch::kFloat64).view({-1, columns});
}

// Squared-exponential kernel of points on a line; 1 at distance 0.
torch::Tensor line_kernel(const torch::Tensor& a, const torch::Tensor& b, double length) {
  return torch::exp(-0.5 * ((a.unsqueeze(1) - b.unsqueeze(0)) / length).square());
}

struct Line {
  torch::Tensor x, y;
};

// y = sin(x) + noise of deviation 0.1.
Line noisy_sine(int count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> x, y;
  for (int i = 0; i < count; ++i) {
    x.push_back(10 * rng.uniform());
    y.push_back(std::sin(x.back()) + 0.1 * rng.normal());
  }
  return {torch::tensor(x, torch::kFloat64), torch::tensor(y, torch::kFloat64)};
}

TEST(GaussianProcess, TwoPointsByHand) {
  // C = w K + s I = [[a, b], [b, a]] with a = w + s, b = w k.
  const double k = 0.4, w = 2.0, s = 0.5, y0 = 1.0, y1 = 4.0, a = w + s, b = w * k;
  const std::vector<torch::Tensor> kernels = {matrix({1, k, k, 1}, 2)};
  const torch::Tensor targets = torch::tensor({y0, y1}, torch::kFloat64);
  const MarginalLikelihood likelihood =
      marginal_likelihood(kernels, targets, {std::log(w), std::log(s)});
  // By symmetry the mean is the average; residuals -r, r with C^-1 acting as 1 / (a - b) on them.
  const double mean = (y0 + y1) / 2, r = (y1 - y0) / 2;
  EXPECT_NEAR(likelihood.mean, mean, 1e-12);
  EXPECT_NEAR(
      likelihood.value,
      -0.5 * 2 * r * r / (a - b) - 0.5 * std::log(a * a - b * b) - std::log(2 * std::numbers::pi),
      1e-12);

  // A third point as similar to the first as k0, to the second as k1.
  const double k0 = 0.7, k1 = 0.2;
  const GaussianProcess process(kernels, targets, {{w}, s, mean});
  const auto prediction = process.predict({matrix({k0, k1}, 2)});
  EXPECT_NEAR(prediction.mean.item<double>(), mean + w * (k1 - k0) * r / (a - b), 1e-12);
  const double c0 = w * k0, c1 = w * k1;
  const double explained = (a * (c0 * c0 + c1 * c1) - 2 * b * c0 * c1) / (a * a - b * b);
  EXPECT_NEAR(prediction.std.item<double>(), std::sqrt(w + s - explained), 1e-12);
}

TEST(GaussianProcess, MarginalLikelihoodMatchesTheDensityAndItsFiniteDifferences) {
  const Line line = noisy_sine(12, 3);
  const std::vector<torch::Tensor> kernels = {line_kernel(line.x, line.x, 1.0),
                                              line_kernel(line.x, line.x, 3.0)};
  const std::vector<double> logs = {0.3, -0.7, -1.5};
  const MarginalLikelihood likelihood = marginal_likelihood(kernels, line.y, logs);

  // The density of the normal distribution, through determinant and inverse.
  const torch::Tensor covariance = std::exp(0.3) * kernels[0] + std::exp(-0.7) * kernels[1] +
                                   std::exp(-1.5) * torch::eye(12, torch::kFloat64);
  const torch::Tensor residual = line.y - likelihood.mean;
  const double density = (-0.5 * residual.matmul(torch::inverse(covariance)).matmul(residual) -
                          0.5 * torch::log(torch::det(covariance)))
                             .item<double>() -
                         6 * std::log(2 * std::numbers::pi);
  EXPECT_NEAR(likelihood.value, density, 1e-9);

  for (std::size_t i = 0; i < logs.size(); ++i) {
    const double h = 1e-5;
    std::vector<double> up = logs, down = logs;
    up[i] += h;
    down[i] -= h;
    const double slope = (marginal_likelihood(kernels, line.y, up).value -
                          marginal_likelihood(kernels, line.y, down).value) /
                         (2 * h);
    EXPECT_NEAR(likelihood.gradient[i], slope, 1e-6 * (1 + std::abs(slope))) << "parameter " << i;
  }
}

TEST(GaussianProcess, FitFindsAStationaryPointAndTheNoise) {
  const Line line = noisy_sine(150, 5);
  const std::vector<torch::Tensor> kernels = {line_kernel(line.x, line.x, 1.5)};
  const GpFit fit = fit_gaussian_process(kernels, line.y);
  const MarginalLikelihood at_fit = marginal_likelihood(kernels, line.y, fit.parameters.logs());
  for (double slope : at_fit.gradient) EXPECT_NEAR(slope, 0, 0.3);
  EXPECT_NEAR(fit.log_likelihood, at_fit.value, 1e-9);
  // 150 values give the noise to about 1 / sqrt(2 * 150) = 6 %; 25 % is four deviations
  // (false alarms: 6e-5, seed fixed).
  EXPECT_NEAR(std::sqrt(fit.parameters.noise), 0.1, 0.025);
}

TEST(GaussianProcess, IntervalsCoverNewMeasurements) {
  const Line train = noisy_sine(120, 7), test = noisy_sine(400, 8);
  const std::vector<torch::Tensor> kernels = {line_kernel(train.x, train.x, 1.5)};
  const GpFit fit = fit_gaussian_process(kernels, train.y);
  const GaussianProcess process(kernels, train.y, fit.parameters);
  const auto prediction = process.predict({line_kernel(test.x, train.x, 1.5)});
  const double covered = ((test.y - prediction.mean).abs() <= 1.96 * prediction.std)
                             .to(torch::kFloat64)
                             .mean()
                             .item<double>();
  // Binomial with 400 trials: 0.95 +- 0.011; +-0.05 also allows for the fitted noise.
  EXPECT_NEAR(covered, 0.95, 0.05);
}

TEST(GaussianProcess, JointPosteriorAgreesWithTheInverseAndWithSinglePredictions) {
  const Line line = noisy_sine(15, 4);
  const torch::Tensor at = torch::linspace(-1, 11, 7, torch::kFloat64);
  const std::vector<double> lengths = {1.0, 3.0};
  const GpParameters parameters{{1.3, 0.6}, 0.04, 0.2};
  std::vector<torch::Tensor> kernels, cross, within;
  torch::Tensor all = torch::zeros({15, 15}, torch::kFloat64), between = torch::zeros({7, 15}),
                among = torch::zeros({7, 7});
  for (std::size_t k = 0; k < lengths.size(); ++k) {
    kernels.push_back(line_kernel(line.x, line.x, lengths[k]));
    cross.push_back(line_kernel(at, line.x, lengths[k]));
    within.push_back(line_kernel(at, at, lengths[k]));
    all = all + parameters.weights[k] * kernels[k];
    between = between + parameters.weights[k] * cross[k];
    among = among + parameters.weights[k] * within[k];
  }
  const torch::Tensor inverse =
      torch::inverse(all + parameters.noise * torch::eye(15, torch::kFloat64));
  const GaussianProcess process(kernels, line.y, parameters);
  const GaussianProcess::Joint joint = process.joint(cross, within);
  const torch::Tensor mean =
      parameters.mean + between.matmul(inverse).matmul(line.y - parameters.mean);
  const torch::Tensor covariance = among - between.matmul(inverse).matmul(between.t());
  EXPECT_TRUE(torch::allclose(joint.mean, mean, 1e-9, 1e-9));
  EXPECT_TRUE(torch::allclose(joint.covariance, covariance, 1e-8, 1e-9));
  const auto single = process.predict(cross);
  EXPECT_TRUE(torch::allclose(joint.mean, single.mean, 1e-9, 1e-9));
  EXPECT_TRUE(torch::allclose((joint.covariance.diagonal() + parameters.noise).sqrt(), single.std,
                              1e-8, 1e-9));
}

// 200,000 draws; an entry of their covariance has a standard error of at most
// sqrt(2 / 200000) * 2 = 0.0064, a mean one of 0.0032: five of them, with a probability of a false
// alarm below 1e-5. The seed is fixed.
TEST(GaussianProcess, DrawsHaveTheMeansAndTheCovariance) {
  const torch::Tensor mean = torch::tensor({1.0, -2.0, 0.5}, torch::kFloat64);
  const torch::Tensor covariance = matrix({2, 1.2, -0.6, 1.2, 1, 0.1, -0.6, 0.1, 1.5}, 3);
  constexpr int kDraws = 200'000;
  Rng rng(20261129);
  std::vector<double> z(3 * kDraws);
  for (double& value : z) value = rng.normal();
  const torch::Tensor draws = normal_draws(mean, covariance, matrix(z, 3));
  const torch::Tensor drawn_mean = draws.mean(0);
  EXPECT_TRUE(torch::allclose(drawn_mean, mean, 0, 0.016));
  const torch::Tensor centred = draws - drawn_mean;
  EXPECT_TRUE(torch::allclose(centred.t().matmul(centred) / (kDraws - 1), covariance, 0, 0.032));
}

TEST(GaussianProcess, TwinsAreDrawnAlike) {
  // A compound that is there twice: a covariance without full rank.
  const torch::Tensor covariance = matrix({1, 1, 1, 1}, 2);
  const torch::Tensor draws = normal_draws(torch::zeros({2}, torch::kFloat64), covariance,
                                           matrix({1.5, -0.3, -0.7, 0.9}, 2));
  EXPECT_LT((draws.select(1, 0) - draws.select(1, 1)).abs().max().item<double>(), 1e-4);
}

}  // namespace
}  // namespace fragflow
