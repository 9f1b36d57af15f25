// Exact Gaussian process regression with a weighted sum of given kernels (Rasmussen and Williams,
// Gaussian Processes for Machine Learning, 2006, chapters 2 and 5).
//
//   y = mean + f(x) + noise,   cov(f(x), f(x')) = sum_k weight_k kernel_k(x, x')
//
// The kernels are given as matrices; what they compare (molecules) is up to the caller.
#pragma once

#include "models/torch.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace fragflow {

struct GpParameters {
  std::vector<double> weights;  // variance explained by each kernel; > 0
  double noise = 0;             // variance of the noise; > 0
  double mean = 0;              // constant mean of the process

  // Natural logarithms of the weights, then of the noise.
  std::vector<double> logs() const;
  // The inverse; the mean is 0.
  static GpParameters from_logs(const std::vector<double>& logs);
};

struct MarginalLikelihood {
  double value = 0;              // log p(y), at the mean that maximises it
  double mean = 0;               // that mean: (1' C^-1 y) / (1' C^-1 1)
  std::vector<double> gradient;  // with respect to GpParameters::logs()
};

// kernels: [n, n] float64 each; targets: [n] float64. Throws InternalError if the covariance is not
// positive definite.
MarginalLikelihood marginal_likelihood(const std::vector<torch::Tensor>& kernels,
                                       const torch::Tensor& targets,
                                       const std::vector<double>& log_parameters);

// Maximises the marginal likelihood by BFGS from equal weights (sum: the variance of the targets)
// and noise of a tenth of the variance. Parameters stay within [1e-4, 1e3] of the variance.
struct GpFit {
  GpParameters parameters;
  double log_likelihood = 0;
  int evaluations = 0;
};
GpFit fit_gaussian_process(const std::vector<torch::Tensor>& kernels, const torch::Tensor& targets);
// The same for any evidence (value, mean and gradient at GpParameters::logs()).
GpFit maximise_evidence(
    std::size_t num_kernels, const torch::Tensor& targets,
    const std::function<MarginalLikelihood(const std::vector<double>& logs)>& evidence);

// Independent draws from a normal distribution: [count, m], computed as mean [m] + L z with L L' =
// covariance [m, m], both float64. z: [count, m] standard normal. If rounding made the covariance
// indefinite, the smallest of 1e-10, 1e-9, ... of its mean variance that makes it positive definite
// is added to the diagonal; throws InternalError beyond 1e-3.
torch::Tensor normal_draws(const torch::Tensor& mean, const torch::Tensor& covariance,
                           const torch::Tensor& z);

// sum_k weight_k kernel_k
torch::Tensor weighted_sum(const std::vector<torch::Tensor>& kernels,
                           const std::vector<double>& weights);
// Lower Cholesky factor of covariance + noise; overwrites covariance. Throws InternalError if it is
// not positive definite.
torch::Tensor cholesky_factor(torch::Tensor covariance, double noise);

class GaussianProcess {
 public:
  // Factorises the covariance: O(n^3). Shapes as above. extra_noise: [n] variances beyond
  // parameters.noise, for rows less certain than a measurement.
  GaussianProcess(const std::vector<torch::Tensor>& kernels, const torch::Tensor& targets,
                  GpParameters parameters, const std::optional<torch::Tensor>& extra_noise = {});

  struct Prediction {
    torch::Tensor mean;  // [m] float64
    torch::Tensor std;   // [m] float64, of a new measurement: noise included
  };

  // cross: [m, n] float64 for each kernel. The prior variance of each kernel is taken as 1 (a
  // molecule's similarity to itself).
  Prediction predict(const std::vector<torch::Tensor>& cross) const;

  // The posterior of f + mean, without measurement noise, jointly at m points.
  struct Joint {
    torch::Tensor mean;        // [m] float64
    torch::Tensor covariance;  // [m, m] float64
  };
  // within: for each kernel [m, m] among the new points; cross as above (Rasmussen and Williams,
  // eq. 2.23 and 2.24). O(n^2 m + n m^2).
  Joint joint(const std::vector<torch::Tensor>& cross,
              const std::vector<torch::Tensor>& within) const;

  const GpParameters& parameters() const { return parameters_; }
  // [n] float64, for the training rows: a predicted mean is parameters().mean + sum_j
  // observation_weights()[j] sum_k weight_k kernel_k(x, x_j).
  const torch::Tensor& observation_weights() const { return weights_; }

 private:
  GpParameters parameters_;
  torch::Tensor factor_;   // [n, n] lower Cholesky factor of the covariance
  torch::Tensor weights_;  // [n] C^-1 (y - mean)
};

}  // namespace fragflow
