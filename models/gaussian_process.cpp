#include "models/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/minimise.hpp"
#include "src/base/check.hpp"

namespace fragflow {
namespace {

torch::Tensor solve(const torch::Tensor& factor, const torch::Tensor& vector) {
  return torch::cholesky_solve(vector.unsqueeze(1), factor).squeeze(1);
}

double inner_product(const torch::Tensor& a, const torch::Tensor& b) {
  return torch::dot(a, b).item<double>();
}

}  // namespace

std::vector<double> GpParameters::logs() const {
  std::vector<double> result;
  for (double weight : weights) result.push_back(std::log(weight));
  result.push_back(std::log(noise));
  return result;
}

GpParameters GpParameters::from_logs(const std::vector<double>& logs) {
  GpParameters parameters;
  for (double value : logs) parameters.weights.push_back(std::exp(value));
  parameters.noise = parameters.weights.back();
  parameters.weights.pop_back();
  return parameters;
}

torch::Tensor weighted_sum(const std::vector<torch::Tensor>& kernels,
                           const std::vector<double>& weights) {
  FRAGFLOW_CHECK(kernels.size() == weights.size() && !kernels.empty(), "{} kernels, {} weights",
                 kernels.size(), weights.size());
  torch::Tensor sum = kernels[0] * weights[0];
  for (std::size_t k = 1; k < kernels.size(); ++k) sum.add_(kernels[k], weights[k]);
  return sum;
}

torch::Tensor cholesky_factor(torch::Tensor covariance, double noise) {
  covariance.diagonal().add_(noise);
  const auto [factor, failed] = torch::linalg_cholesky_ex(covariance);
  FRAGFLOW_CHECK(failed.item<int>() == 0, "covariance of {} rows with noise {} is not positive",
                 covariance.size(0), noise);
  return factor;
}

torch::Tensor normal_draws(const torch::Tensor& mean, const torch::Tensor& covariance,
                           const torch::Tensor& z) {
  const torch::NoGradGuard no_grad;
  constexpr double kLeast = 1e-10, kMost = 1e-3;
  const double variance = covariance.diagonal().mean().item<double>();
  for (double share = kLeast; share <= kMost; share *= 10) {
    torch::Tensor raised = covariance.clone();
    raised.diagonal().add_(share * std::max(variance, kLeast));
    const auto [factor, failed] = torch::linalg_cholesky_ex(raised);
    if (failed.item<int>() == 0) return torch::matmul(z, factor.t()) + mean;
  }
  FRAGFLOW_CHECK(false, "a covariance of {} rows is not positive", covariance.size(0));
}

MarginalLikelihood marginal_likelihood(const std::vector<torch::Tensor>& kernels,
                                       const torch::Tensor& targets,
                                       const std::vector<double>& log_parameters) {
  const torch::NoGradGuard no_grad;
  const GpParameters parameters = GpParameters::from_logs(log_parameters);
  const auto n = static_cast<double>(targets.size(0));
  const torch::Tensor factor =
      cholesky_factor(weighted_sum(kernels, parameters.weights), parameters.noise);
  const torch::Tensor inverse = torch::cholesky_inverse(factor);
  const torch::Tensor row_sums = inverse.sum(1);

  MarginalLikelihood result;
  result.mean = inner_product(row_sums, targets) / row_sums.sum().item<double>();
  const torch::Tensor residual = targets - result.mean;
  const torch::Tensor weights = torch::mv(inverse, residual);
  result.value = -0.5 * inner_product(residual, weights) -
                 factor.diagonal().log().sum().item<double>() -
                 0.5 * n * std::log(2 * std::numbers::pi);
  // d/dtheta = 1/2 tr((w w' - C^-1) dC/dtheta); the mean is optimal and contributes nothing.
  const torch::Tensor sensitivity = torch::outer(weights, weights) - inverse;
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    result.gradient.push_back(0.5 * parameters.weights[k] *
                              (sensitivity * kernels[k]).sum().item<double>());
  }
  result.gradient.push_back(0.5 * parameters.noise * sensitivity.diagonal().sum().item<double>());
  return result;
}

GpFit maximise_evidence(
    std::size_t num_kernels, const torch::Tensor& targets,
    const std::function<MarginalLikelihood(const std::vector<double>& logs)>& evidence) {
  // Constant targets still get a proper, if tiny, scale.
  const double variance = std::max(targets.var(/*unbiased=*/false).item<double>(), 1e-12);
  std::vector<double> start(num_kernels, std::log(variance / static_cast<double>(num_kernels)));
  start.push_back(std::log(0.1 * variance));

  MinimiseOptions options;
  options.lower = std::log(1e-4 * variance);
  options.upper = std::log(1e3 * variance);
  // A thousandth of a nat makes no visible difference to predictions.
  options.value_tolerance = 1e-3;
  const Minimum minimum = minimise(
      [&](const std::vector<double>& logs, std::vector<double>& gradient) {
        const MarginalLikelihood likelihood = evidence(logs);
        gradient.clear();
        for (double slope : likelihood.gradient) gradient.push_back(-slope);
        return -likelihood.value;
      },
      start, options);

  GpFit fit;
  fit.parameters = GpParameters::from_logs(minimum.point);
  fit.parameters.mean = evidence(minimum.point).mean;
  fit.log_likelihood = -minimum.value;
  fit.evaluations = minimum.evaluations;
  return fit;
}

GpFit fit_gaussian_process(const std::vector<torch::Tensor>& kernels,
                           const torch::Tensor& targets) {
  return maximise_evidence(kernels.size(), targets, [&](const std::vector<double>& logs) {
    return marginal_likelihood(kernels, targets, logs);
  });
}

GaussianProcess::GaussianProcess(const std::vector<torch::Tensor>& kernels,
                                 const torch::Tensor& targets, GpParameters parameters,
                                 const std::optional<torch::Tensor>& extra_noise)
    : parameters_(std::move(parameters)) {
  const torch::NoGradGuard no_grad;
  torch::Tensor covariance = weighted_sum(kernels, parameters_.weights);
  if (extra_noise) covariance.diagonal().add_(*extra_noise);
  factor_ = cholesky_factor(std::move(covariance), parameters_.noise);
  weights_ = solve(factor_, targets - parameters_.mean);
}

GaussianProcess::Prediction GaussianProcess::predict(
    const std::vector<torch::Tensor>& cross) const {
  const torch::NoGradGuard no_grad;
  const torch::Tensor similarity = weighted_sum(cross, parameters_.weights);
  double prior = parameters_.noise;
  for (double weight : parameters_.weights) prior += weight;
  const torch::Tensor half =
      torch::linalg_solve_triangular(factor_, similarity.t(), /*upper=*/false);
  Prediction prediction;
  prediction.mean = torch::mv(similarity, weights_) + parameters_.mean;
  prediction.std = (prior - half.square().sum(0)).clamp_min(parameters_.noise).sqrt();
  return prediction;
}

GaussianProcess::Joint GaussianProcess::joint(const std::vector<torch::Tensor>& cross,
                                              const std::vector<torch::Tensor>& within) const {
  const torch::NoGradGuard no_grad;
  const torch::Tensor similarity = weighted_sum(cross, parameters_.weights);
  const torch::Tensor half =
      torch::linalg_solve_triangular(factor_, similarity.t(), /*upper=*/false);
  Joint result;
  result.mean = torch::mv(similarity, weights_) + parameters_.mean;
  result.covariance = weighted_sum(within, parameters_.weights);
  result.covariance.addmm_(half.t(), half, /*beta=*/1, /*alpha=*/-1);
  return result;
}

}  // namespace fragflow
