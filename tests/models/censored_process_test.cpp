#include "models/censored_process.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "models/normal_tail.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

torch::Tensor vector(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat64);
}

// Squared-exponential kernel of points on a line; 1 at distance 0.
torch::Tensor line_kernel(const std::vector<double>& a, const std::vector<double>& b) {
  return torch::exp(-0.5 * (vector(a).unsqueeze(1) - vector(b).unsqueeze(0)).square());
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// Measured at 0 and 1, bounds at the given places; known parameters.
struct Problem {
  std::vector<double> measured = {0, 1}, targets = {6.5, 5.8}, places;
  ProcessBounds bounds;
  double weight = 1.2, noise = 0.2, mean = 6;

  std::vector<double> all() const {
    std::vector<double> points = measured;
    points.insert(points.end(), places.begin(), places.end());
    return points;
  }
  std::vector<torch::Tensor> kernels() const { return {line_kernel(all(), all())}; }
  std::vector<double> logs() const { return {std::log(weight), std::log(noise)}; }
  CensoredInference infer(bool with_gradient = false) const {
    return infer_censored(kernels(), vector(targets), bounds, logs(), mean, with_gradient);
  }
  GaussianProcess process(const CensoredInference& at) const {
    std::vector<double> values = targets, extra(targets.size(), 0.0);
    values.insert(values.end(), at.values.begin(), at.values.end());
    extra.insert(extra.end(), at.extra_noise.begin(), at.extra_noise.end());
    return {kernels(), vector(values), {{weight}, noise, at.mean}, vector(extra)};
  }
  GaussianProcess measured_only() const {
    return {{line_kernel(measured, measured)}, vector(targets), {{weight}, noise, mean}};
  }
};

// Mean and variance of f at the places, and log p(y, bounds), by summation over a fine grid of the
// one or two values given the measured ones. Two bounds at one place bound one value.
struct Exact {
  std::vector<double> mean, variance;
  double log_evidence = 0;
};

Exact by_quadrature(const Problem& problem) {
  const auto n = static_cast<std::int64_t>(problem.measured.size());
  const bool one_value = problem.places.size() == 1 || problem.places[0] == problem.places[1];
  const std::int64_t count = one_value ? 1 : 2;
  const torch::Tensor k =
      problem.weight * problem.kernels()[0].slice(0, 0, n + count).slice(1, 0, n + count);
  const torch::Tensor c =
      k.slice(0, 0, n).slice(1, 0, n) + problem.noise * torch::eye(n, torch::kFloat64);
  const torch::Tensor a = k.slice(0, n).slice(1, 0, n).matmul(torch::inverse(c));
  const torch::Tensor residual = vector(problem.targets) - problem.mean;
  const torch::Tensor prior_mean = problem.mean + a.matmul(residual);
  const torch::Tensor prior = k.slice(0, n).slice(1, n) - a.matmul(k.slice(0, 0, n).slice(1, n));
  const torch::Tensor precision = torch::inverse(prior);
  const auto likelihood = [&](std::size_t bound, double f) {
    const double z = (f - problem.bounds.limits[bound]) / std::sqrt(problem.noise);
    return normal_cdf(problem.bounds.above[bound] != 0 ? z : -z);
  };
  constexpr int kPoints = 1200;
  const double width = 9 * std::sqrt(prior.diagonal().max().item<double>());
  const double step = 2 * width / kPoints;
  const double density_scale = std::pow(step / std::sqrt(2 * std::numbers::pi), count) /
                               std::sqrt(torch::det(prior).item<double>());
  const double m0 = prior_mean[0].item<double>(), p00 = precision[0][0].item<double>();
  const double m1 = one_value ? m0 : prior_mean[1].item<double>();
  const double p01 = one_value ? 0 : precision[0][1].item<double>();
  const double p11 = one_value ? 0 : precision[1][1].item<double>();
  double mass = 0, first[2] = {0, 0}, second[2] = {0, 0};
  for (int i = 0; i < kPoints; ++i) {
    const double d0 = -width + (i + 0.5) * step;
    for (int j = 0; j < (one_value ? 1 : kPoints); ++j) {
      const double d1 = one_value ? d0 : -width + (j + 0.5) * step;
      double density = density_scale *
                       std::exp(-0.5 * (p00 * d0 * d0 + 2 * p01 * d0 * d1 + p11 * d1 * d1)) *
                       likelihood(0, m0 + d0);
      if (problem.places.size() > 1) density *= likelihood(1, m1 + d1);
      const double f[2] = {m0 + d0, m1 + d1};
      mass += density;
      for (int v = 0; v < 2; ++v) {
        first[v] += density * f[v];
        second[v] += density * f[v] * f[v];
      }
    }
  }
  Exact exact;
  for (std::size_t i = 0; i < problem.places.size(); ++i) {
    exact.mean.push_back(first[i] / mass);
    exact.variance.push_back(second[i] / mass - exact.mean[i] * exact.mean[i]);
  }
  exact.log_evidence =
      std::log(mass) -
      0.5 * (residual.matmul(torch::inverse(c)).matmul(residual) + torch::log(torch::det(c)))
                .item<double>() -
      0.5 * static_cast<double>(n) * std::log(2 * std::numbers::pi);
  return exact;
}

void expect_exact(const Problem& problem, double tolerance) {
  const CensoredInference inference = problem.infer();
  const Exact exact = by_quadrature(problem);
  const auto prediction =
      problem.process(inference).predict({line_kernel(problem.places, problem.all())});
  EXPECT_NEAR(inference.log_evidence, exact.log_evidence, tolerance);
  for (std::size_t i = 0; i < problem.places.size(); ++i) {
    const double std = prediction.std[i].item<double>();
    EXPECT_NEAR(prediction.mean[i].item<double>(), exact.mean[i], tolerance) << i;
    EXPECT_NEAR(std * std - problem.noise, exact.variance[i], tolerance) << i;
  }
}

TEST(NormalTail, AgreesWithItselfWhereTheSeriesBegins) {
  EXPECT_NEAR(log_normal_cdf(0), std::log(0.5), 1e-15);
  EXPECT_NEAR(normal_hazard(0), std::sqrt(2 / std::numbers::pi), 1e-15);
  // From both sides of the seam; d log Phi / dz is the hazard.
  EXPECT_NEAR(normal_hazard(-20.0001), normal_hazard(-19.9999), 3e-4);
  EXPECT_NEAR(log_normal_cdf(-19.9999) - log_normal_cdf(-20.0001), 2e-4 * normal_hazard(-20), 1e-9);
  EXPECT_NEAR(normal_hazard(-1e6), 1e6, 1e-5);
  EXPECT_EQ(normal_hazard(50), 0);
  EXPECT_EQ(log_normal_cdf(50), 0);
}

// With one bound expectation propagation is exact.
TEST(CensoredProcess, OneBoundIsThatOfNumericalIntegration) {
  for (const char above : {0, 1}) {
    for (const double limit : {3.0, 5.0, 6.2, 8.0}) {
      SCOPED_TRACE(testing::Message() << (above != 0 ? "above " : "below ") << limit);
      Problem problem;
      problem.places = {0.7};
      problem.bounds = {{limit}, {above}};
      expect_exact(problem, 2e-5);
    }
  }
}

TEST(CensoredProcess, TwoBoundsAreNearlyThoseOfNumericalIntegration) {
  Problem problem;
  problem.places = {1.4, 2.3};
  problem.bounds = {{5.0, 5.0}, {0, 0}};
  expect_exact(problem, 5e-3);
  problem.bounds = {{5.0, 6.5}, {0, 1}};
  expect_exact(problem, 1e-2);
  // One compound, two sides: an interval, also one that contradicts itself.
  problem.places = {2.0, 2.0};
  problem.bounds = {{5.0, 5.6}, {1, 0}};
  expect_exact(problem, 1e-2);
  problem.bounds = {{5.6, 5.0}, {1, 0}};
  expect_exact(problem, 1e-2);
}

TEST(CensoredProcess, ABoundThatIsMetByFarDoesNothing) {
  Problem problem;
  problem.places = {0.5, 1.5};
  problem.bounds = {{0.0, 14.0}, {1, 0}};
  const std::vector<double> queries = {-0.5, 0.5, 1.2, 3.0};
  const CensoredInference inference = problem.infer();
  const auto with = problem.process(inference).predict({line_kernel(queries, problem.all())});
  const auto without = problem.measured_only().predict({line_kernel(queries, problem.measured)});
  EXPECT_LT((with.mean - without.mean).abs().max().item<double>(), 1e-6);
  EXPECT_LT((with.std - without.std).abs().max().item<double>(), 1e-6);
  for (const double extra : inference.extra_noise) EXPECT_GT(extra, 1e4);
  // One that is not met pulls, and to its own side: never beyond what the side asks for.
  problem.bounds = {{7.5, 4.5}, {1, 0}};
  const auto pulled =
      problem.process(problem.infer()).predict({line_kernel(problem.places, problem.all())});
  const auto before =
      problem.measured_only().predict({line_kernel(problem.places, problem.measured)});
  EXPECT_GT((pulled.mean - before.mean)[0].item<double>(), 0.2);
  EXPECT_LT((pulled.mean - before.mean)[1].item<double>(), -0.2);
}

// Measured below nothing, a sine on a line: many bounds of both kinds.
struct Sine {
  std::vector<double> places, targets;
  ProcessBounds bounds;
  std::vector<torch::Tensor> kernels() const {
    return {
        line_kernel(places, places),
        torch::exp(-0.02 * (vector(places).unsqueeze(1) - vector(places).unsqueeze(0)).square())};
  }
};

Sine sine(int count, double floor) {
  Rng rng(11);
  Sine result;
  std::vector<double> censored;
  for (int i = 0; i < count; ++i) {
    const double x = 10 * rng.uniform(), y = std::sin(x) + 0.2 * rng.normal();
    if (y < floor) {
      censored.push_back(x);
      result.bounds.limits.push_back(floor);
      result.bounds.above.push_back(0);
    } else {
      result.places.push_back(x);
      result.targets.push_back(y);
    }
  }
  result.places.insert(result.places.end(), censored.begin(), censored.end());
  return result;
}

TEST(CensoredProcess, TheGradientOfTheEvidenceIsThatOfFiniteDifferences) {
  const Sine data = sine(40, -0.3);
  ASSERT_GT(data.bounds.size(), 8);
  const std::vector<double> logs = {-0.5, -1.0, -2.5};
  const auto evidence = [&](const std::vector<double>& at) {
    return infer_censored(data.kernels(), vector(data.targets), data.bounds, at).log_evidence;
  };
  const CensoredInference inference =
      infer_censored(data.kernels(), vector(data.targets), data.bounds, logs, {}, true);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const double h = 1e-3;
    std::vector<double> up = logs, down = logs;
    up[i] += h;
    down[i] -= h;
    const double slope = (evidence(up) - evidence(down)) / (2 * h);
    EXPECT_NEAR(inference.gradient[i], slope, 2e-4 * (1 + std::abs(slope))) << "parameter " << i;
  }
  // The mean of the process is the best one.
  for (const double other : {-0.05, 0.05}) {
    EXPECT_LT(infer_censored(data.kernels(), vector(data.targets), data.bounds, logs,
                             inference.mean + other)
                  .log_evidence,
              inference.log_evidence);
  }
  // From another start: the same.
  CensoredInference start = inference;
  for (double& value : start.values) value += 1;
  const CensoredInference again =
      infer_censored(data.kernels(), vector(data.targets), data.bounds, logs, {}, false, &start);
  EXPECT_NEAR(again.log_evidence, inference.log_evidence, 1e-5);
  EXPECT_LT(inference.sweeps, 60);
}

TEST(CensoredProcess, TurningShiftingAndScalingTheDataDoesThatToTheResult) {
  const Sine data = sine(30, -0.3);
  const std::vector<double> logs = {-0.5, -1.0, -2.5};
  const CensoredInference inference =
      infer_censored(data.kernels(), vector(data.targets), data.bounds, logs);
  const double scale = -3, shift = 7;
  std::vector<double> targets, scaled_logs;
  ProcessBounds bounds = data.bounds;
  for (const double target : data.targets) targets.push_back(scale * target + shift);
  for (double& limit : bounds.limits) limit = scale * limit + shift;
  for (char& above : bounds.above) above = above != 0 ? 0 : 1;
  for (const double value : logs) scaled_logs.push_back(value + std::log(scale * scale));
  const CensoredInference turned =
      infer_censored(data.kernels(), vector(targets), bounds, scaled_logs);
  EXPECT_NEAR(turned.mean, scale * inference.mean + shift, 1e-4);
  for (std::size_t i = 0; i < inference.values.size(); ++i) {
    EXPECT_NEAR(turned.values[i], scale * inference.values[i] + shift,
                1e-3 * std::abs(turned.values[i]));
  }
  EXPECT_NEAR(
      turned.log_evidence,
      inference.log_evidence - static_cast<double>(data.targets.size()) * std::log(std::abs(scale)),
      1e-4);
}

TEST(CensoredProcess, BoundsTellTheProcessWhatWasNotMeasured) {
  // Everything below -0.2 is only known to be that: without it the troughs of the sine are flat.
  const Sine data = sine(200, -0.2);
  const std::vector<torch::Tensor> kernels = {data.kernels()[0]};
  const auto n = static_cast<std::int64_t>(data.targets.size());
  const std::vector<torch::Tensor> measured = {kernels[0].slice(0, 0, n).slice(1, 0, n)};
  const GpFit with = fit_censored_process(kernels, vector(data.targets), data.bounds);
  const GpFit without = fit_gaussian_process(measured, vector(data.targets));
  EXPECT_NEAR(std::sqrt(with.parameters.noise), 0.2, 0.05);
  const CensoredInference inference = infer_censored(kernels, vector(data.targets), data.bounds,
                                                     with.parameters.logs(), with.parameters.mean);
  std::vector<double> values = data.targets, extra(data.targets.size(), 0.0), queries, truth;
  values.insert(values.end(), inference.values.begin(), inference.values.end());
  extra.insert(extra.end(), inference.extra_noise.begin(), inference.extra_noise.end());
  for (int i = 5; i < 95; ++i) {
    queries.push_back(0.1 * i);
    truth.push_back(std::sin(queries.back()));
  }
  const std::vector<double> places(data.places.begin(), data.places.begin() + n);
  const auto error = [&](const GaussianProcess& process, const std::vector<double>& rows) {
    const auto prediction = process.predict({line_kernel(queries, rows)});
    return (prediction.mean - vector(truth)).square().mean().sqrt().item<double>();
  };
  const double error_with =
      error(GaussianProcess(kernels, vector(values), with.parameters, vector(extra)), data.places);
  const double error_without =
      error(GaussianProcess(measured, vector(data.targets), without.parameters), places);
  EXPECT_LT(error_with, 0.6 * error_without);
}

}  // namespace
}  // namespace fragflow
