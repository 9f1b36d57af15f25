// Gaussian process regression where some values are known only by a bound ("below 5"): a censored,
// or Tobit, likelihood.
//
//   y = mean + f(x) + noise;   measured rows: y;   censored rows: y is above or below a limit,
//   p(y above limit | f) = Phi((mean + f - limit) / sqrt(noise))
//
// The posterior of f is approximated by expectation propagation (Minka, UAI 2001; for censored rows
// Groot and Lucas, Gaussian process regression with censored data using expectation propagation,
// PGM 2012), in parallel over the rows, with the update of Rasmussen and Williams, Gaussian
// Processes for Machine Learning, 2006, section 3.6 (the same probit likelihood). It replaces every
// bound by a pseudo-observation, a value with its own noise variance; the rest is ordinary
// regression. A bound that the prediction satisfies by a wide margin gets so large a variance that
// it has no influence.
#pragma once

#include "models/torch.hpp"

#include <optional>
#include <vector>

#include "models/gaussian_process.hpp"

namespace fragflow {

struct ProcessBounds {
  std::vector<double> limits;
  std::vector<char> above;  // 1: the value is above its limit; 0: below

  std::int64_t size() const { return static_cast<std::int64_t>(limits.size()); }
};

struct CensoredInference {
  double mean = 0;                  // of the process
  std::vector<double> values;       // one pseudo-observation for each bound
  std::vector<double> extra_noise;  // their variances beyond GpParameters::noise; >= 0
  // log p(y, bounds) as approximated by expectation propagation (Rasmussen and Williams, eq. 3.65).
  double log_evidence = 0;
  // Gradient of log_evidence with respect to GpParameters::logs().
  std::vector<double> gradient;
  int sweeps = 0;
};

// kernels: [n + c, n + c] float64 each, the n measured rows first; targets: [n] float64, n >= 1;
// bounds: c >= 1. mean: of the process; if empty, the value that maximises the evidence. O(n^3 +
// n^2 c + sweeps c^3), and O((n + c)^3) more for the gradient, which is left empty unless
// with_gradient. start: the result for nearby parameters, as a starting point. Throws InternalError
// if a covariance is not positive definite.
CensoredInference infer_censored(const std::vector<torch::Tensor>& kernels,
                                 const torch::Tensor& targets, const ProcessBounds& bounds,
                                 const std::vector<double>& log_parameters,
                                 std::optional<double> mean = {}, bool with_gradient = false,
                                 const CensoredInference* start = nullptr);

// Maximises the evidence, as fit_gaussian_process maximises the marginal likelihood.
GpFit fit_censored_process(const std::vector<torch::Tensor>& kernels, const torch::Tensor& targets,
                           const ProcessBounds& bounds);

}  // namespace fragflow
