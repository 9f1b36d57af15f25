// Gaussian process regression where some values are known by a bound only ("below 5"): a censored,
// or Tobit, likelihood.
//
//   y = mean + f(x) + noise;   measured rows: y;   the others: that y is above or below a limit,
//   p(y above limit | f) = Phi((mean + f - limit) / sqrt(noise))
//
// The posterior of f is approximated by expectation propagation (Minka, UAI 2001; for censored rows
// Groot and Lucas, Gaussian process regression with censored data using expectation propagation,
// PGM 2012), in parallel over the rows, with the update of Rasmussen and Williams, Gaussian
// Processes for Machine Learning, 2006, section 3.6, whose probit likelihood this is. It makes of
// every bound a pseudo-observation, a value with a noise variance of its own; what is left is
// ordinary regression. A bound that the prediction meets by far gets a variance so large that it
// has no influence.
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
  std::vector<double> extra_noise;  // its variance beyond GpParameters::noise; >= 0
  // log p(y, bounds), as expectation propagation has it (Rasmussen and Williams, eq. 3.65).
  double log_evidence = 0;
  // Of log_evidence with respect to GpParameters::logs().
  std::vector<double> gradient;
  int sweeps = 0;
};

// kernels: [n + c, n + c] float64 each, the n measured rows first; targets: [n] float64, at least
// one; bounds: c, at least one. mean: that of the process, or nothing for the one that maximises
// the evidence. O(n^3 + n^2 c + sweeps c^3), and O((n + c)^3) more for the gradient, which is left
// empty unless with_gradient. start: the result for near-by parameters, to begin from. Throws
// InternalError if a covariance is not positive definite.
CensoredInference infer_censored(const std::vector<torch::Tensor>& kernels,
                                 const torch::Tensor& targets, const ProcessBounds& bounds,
                                 const std::vector<double>& log_parameters,
                                 std::optional<double> mean = {}, bool with_gradient = false,
                                 const CensoredInference* start = nullptr);

// Maximises the evidence as fit_gaussian_process does the marginal likelihood.
GpFit fit_censored_process(const std::vector<torch::Tensor>& kernels, const torch::Tensor& targets,
                           const ProcessBounds& bounds);

}  // namespace fragflow
