#include "models/censored_process.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/minimise.hpp"
#include "models/normal_tail.hpp"
#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr int kMostSweeps = 200;
// Sweeps end when posterior means and deviations change by less (in prior deviations).
constexpr double kTolerance = 1e-5;
// All sites are updated at once, and full steps may oscillate: the step is multiplied by kShrink if
// a sweep does not reduce the change, down to kLeastStep.
constexpr double kShrink = 0.7, kLeastStep = 0.2;
// Minimum precision of a site, in units of 1 / noise: negligible, but not 0.
constexpr double kLeastPrecision = 1e-12;

torch::Tensor solve_lower(const torch::Tensor& factor, const torch::Tensor& right) {
  return torch::linalg_solve_triangular(factor, right, /*upper=*/false);
}

double sum_of(const torch::Tensor& tensor) { return tensor.sum().item<double>(); }

double log_determinant(const torch::Tensor& factor) { return 2 * sum_of(factor.diagonal().log()); }

torch::Tensor to_tensor(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat64);
}

std::vector<double> to_vector(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

// The distribution of f at the censored rows given the measured ones: normal, mean offset + slope *
// (the mean of the process), covariance `covariance`.
struct Conditional {
  torch::Tensor offset, slope;  // [c]
  torch::Tensor covariance;     // [c, c]
  // For the measured rows: log determinant, and 1' C^-1 1, 1' C^-1 y, y' C^-1 y.
  double log_det = 0, ones = 0, cross = 0, squares = 0;
  double count = 0;
};

Conditional condition_on_measured(const torch::Tensor& covariance, const torch::Tensor& targets,
                                  double noise) {
  const std::int64_t n = targets.size(0), all = covariance.size(0);
  const torch::Tensor factor =
      cholesky_factor(covariance.slice(0, 0, n).slice(1, 0, n).clone(), noise);
  // L^-1 of [y, 1, K_oc], computed together.
  const torch::Tensor ones = torch::ones_like(targets);
  const torch::Tensor half = solve_lower(
      factor,
      torch::cat({torch::stack({targets, ones}, 1), covariance.slice(0, 0, n).slice(1, n, all)},
                 1));
  const torch::Tensor y = half.select(1, 0), one = half.select(1, 1), rows = half.slice(1, 2);
  Conditional result;
  result.offset = torch::mv(rows.t(), y);
  result.slope = 1 - torch::mv(rows.t(), one);
  result.covariance = covariance.slice(0, n, all).slice(1, n, all) - torch::matmul(rows.t(), rows);
  result.log_det = log_determinant(factor);
  result.ones = sum_of(one * one);
  result.cross = sum_of(one * y);
  result.squares = sum_of(y * y);
  result.count = static_cast<double>(n);
  return result;
}

// Sites in natural parameters: precision and precision times value.
struct Sites {
  std::vector<double> precision, shift;
};

// One site's likelihood under its cavity distribution, N(mean, variance).
struct Tilted {
  double log_mass = 0;        // log of the likelihood's mean
  double precision = 0;       // of the site that reproduces the tilted moments
  double value = 0;           // of that site
  double log_mass_slope = 0;  // derivative of log_mass by the noise variance
};

Tilted tilt(double mean, double variance, double limit, bool above, double noise) {
  const double side = above ? 1 : -1;
  const double total = noise + variance, scale = std::sqrt(total);
  const double z = side * (mean - limit) / scale;
  const double hazard = normal_hazard(z);
  // Negative second derivative of log_mass by the mean; below 1 / total.
  const double curvature = hazard * (z + hazard) / total;
  Tilted tilted;
  tilted.log_mass = log_normal_cdf(z);
  tilted.precision = curvature / (1 - variance * curvature);
  tilted.value = mean + side * scale / (z + hazard);
  tilted.log_mass_slope = -0.5 * z * hazard / total;
  return tilted;
}

class Propagation {
 public:
  Propagation(const Conditional& prior, const ProcessBounds& bounds, double noise,
              std::optional<double> mean, const CensoredInference* start)
      : prior_(prior),
        bounds_(bounds),
        noise_(noise),
        fixed_mean_(mean),
        spread_(to_vector((prior.covariance.diagonal() + noise).sqrt())) {
    mean_ = mean ? *mean : prior.cross / prior.ones;
    const auto count = static_cast<std::size_t>(bounds.size());
    sites_.precision.assign(count, kLeastPrecision / noise);
    sites_.shift.assign(count, 0.0);
    if (start != nullptr && start->values.size() == count) {
      if (!mean) mean_ = start->mean;
      for (std::size_t i = 0; i < count; ++i) {
        sites_.precision[i] = 1 / (noise + start->extra_noise[i]);
        sites_.shift[i] = sites_.precision[i] * start->values[i];
      }
    }
  }

  CensoredInference run() {
    CensoredInference result;
    refresh();
    for (double change = INFINITY; change > kTolerance && result.sweeps < kMostSweeps;
         ++result.sweeps) {
      const double earlier = change;
      const std::vector<double> before = posterior_mean_, variances = posterior_variance_;
      move_sites();
      refresh();
      change = 0;
      for (std::size_t i = 0; i < before.size(); ++i) {
        change = std::max(change, std::abs(posterior_mean_[i] - before[i]) / spread_[i]);
        change =
            std::max(change, std::abs(std::sqrt(posterior_variance_[i]) - std::sqrt(variances[i])) /
                                 spread_[i]);
      }
      if (change > 0.9 * earlier) step_ = std::max(kLeastStep, kShrink * step_);
    }
    result.mean = mean_;
    result.log_evidence = log_evidence();
    for (std::size_t i = 0; i < sites_.precision.size(); ++i) {
      result.values.push_back(sites_.shift[i] / sites_.precision[i]);
      result.extra_noise.push_back(std::max(0.0, 1 / sites_.precision[i] - noise_));
    }
    return result;
  }

  // Derivative of the log evidence by the noise variance, through the likelihoods of the bounds.
  double noise_slope() const {
    double slope = 0;
    for (std::size_t i = 0; i < sites_.precision.size(); ++i) slope += tilted(i).log_mass_slope;
    return slope;
  }

 private:
  struct Normal {
    double mean = 0, variance = 0;
  };

  Normal cavity(std::size_t i) const {
    const double precision =
        std::max(1 / posterior_variance_[i] - sites_.precision[i], kLeastPrecision / noise_);
    return {(posterior_mean_[i] / posterior_variance_[i] - sites_.shift[i]) / precision,
            1 / precision};
  }

  Tilted tilted(std::size_t i) const {
    const Normal rest = cavity(i);
    return tilt(rest.mean, rest.variance, bounds_.limits[i], bounds_.above[i] != 0, noise_);
  }

  void move_sites() {
    for (std::size_t i = 0; i < sites_.precision.size(); ++i) {
      const Tilted wanted = tilted(i);
      const double precision = std::max(wanted.precision, kLeastPrecision / noise_);
      sites_.precision[i] += step_ * (precision - sites_.precision[i]);
      sites_.shift[i] += step_ * (precision * wanted.value - sites_.shift[i]);
    }
  }

  // Updates the posterior given the sites, and the optimal mean of the process.
  void refresh() {
    const torch::Tensor root = to_tensor(sites_.precision).sqrt();
    // Covariance S, sites of precision T: (S + 1/T)^-1 = T^1/2 B^-1 T^1/2, B = 1 + T^1/2 S T^1/2.
    const torch::Tensor scaled = prior_.covariance * root.unsqueeze(1);
    factor_ = cholesky_factor(scaled * root.unsqueeze(0), 1.0);
    const torch::Tensor value = to_tensor(sites_.shift) / root;  // T^1/2 times the sites' values
    const torch::Tensor half = solve_lower(
        factor_,
        torch::cat({torch::stack({value - root * prior_.offset, root * prior_.slope}, 1), scaled},
                   1));
    residual_ = half.select(1, 0);
    slope_ = half.select(1, 1);
    const torch::Tensor reduced = half.slice(1, 2);
    if (!fixed_mean_) {
      mean_ = (prior_.cross + sum_of(slope_ * residual_)) / (prior_.ones + sum_of(slope_ * slope_));
    }
    posterior_variance_ = to_vector(prior_.covariance.diagonal() - reduced.square().sum(0));
    posterior_mean_ = to_vector(prior_.offset + mean_ * prior_.slope +
                                torch::mv(reduced.t(), residual_ - mean_ * slope_));
    for (double& variance : posterior_variance_) {
      variance = std::max(variance, 1e-10 * noise_);  // rounding
    }
  }

  double log_evidence() const {
    constexpr double kLog2Pi = 1.8378770664093453;
    const double measured =
        -0.5 * (prior_.squares - 2 * mean_ * prior_.cross + mean_ * mean_ * prior_.ones) -
        0.5 * prior_.log_det - 0.5 * prior_.count * kLog2Pi;
    double sites =
        -0.5 * sum_of((residual_ - mean_ * slope_).square()) - 0.5 * log_determinant(factor_);
    for (std::size_t i = 0; i < sites_.precision.size(); ++i) {
      const Normal rest = cavity(i);
      const double value = sites_.shift[i] / sites_.precision[i];
      const double gap = rest.mean - value, total = rest.variance + 1 / sites_.precision[i];
      sites += tilted(i).log_mass + 0.5 * std::log(total * sites_.precision[i]) +
               0.5 * gap * gap / total;
    }
    return measured + sites;
  }

  const Conditional& prior_;
  const ProcessBounds& bounds_;
  double noise_;
  std::optional<double> fixed_mean_;
  std::vector<double> spread_;  // prior deviations, noise included
  double mean_ = 0, step_ = 1;
  Sites sites_;
  torch::Tensor factor_, residual_, slope_;
  std::vector<double> posterior_mean_, posterior_variance_;
};

}  // namespace

CensoredInference infer_censored(const std::vector<torch::Tensor>& kernels,
                                 const torch::Tensor& targets, const ProcessBounds& bounds,
                                 const std::vector<double>& log_parameters,
                                 std::optional<double> mean, bool with_gradient,
                                 const CensoredInference* start) {
  const torch::NoGradGuard no_grad;
  FRAGFLOW_CHECK(
      bounds.size() > 0 && bounds.above.size() == bounds.limits.size() && targets.size(0) > 0 &&
          kernels.at(0).size(0) == targets.size(0) + bounds.size(),
      "{} targets and {} bounds of {} rows", targets.size(0), bounds.size(), kernels.at(0).size(0));
  const GpParameters parameters = GpParameters::from_logs(log_parameters);
  const torch::Tensor covariance = weighted_sum(kernels, parameters.weights);
  const Conditional prior = condition_on_measured(covariance, targets, parameters.noise);
  Propagation propagation(prior, bounds, parameters.noise, mean, start);
  CensoredInference result = propagation.run();
  if (!with_gradient) return result;
  // For fixed sites the derivative of the evidence by the kernels is that of the likelihood of the
  // pseudo-observations (Rasmussen and Williams, section 5.5.2).
  const torch::Tensor all = torch::cat({targets, to_tensor(result.values)});
  const torch::Tensor extra =
      torch::cat({torch::zeros_like(targets), to_tensor(result.extra_noise)});
  const torch::Tensor inverse =
      torch::cholesky_inverse(cholesky_factor(covariance + torch::diag(extra), parameters.noise));
  const torch::Tensor weights = torch::mv(inverse, all - result.mean);
  const torch::Tensor sensitivity = torch::outer(weights, weights) - inverse;
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    result.gradient.push_back(0.5 * parameters.weights[k] * sum_of(sensitivity * kernels[k]));
  }
  const double of_measured = 0.5 * sum_of(sensitivity.diagonal().slice(0, 0, targets.size(0)));
  result.gradient.push_back(parameters.noise * (of_measured + propagation.noise_slope()));
  return result;
}

GpFit fit_censored_process(const std::vector<torch::Tensor>& kernels, const torch::Tensor& targets,
                           const ProcessBounds& bounds) {
  std::optional<CensoredInference> last;
  const auto evaluate = [&](const std::vector<double>& logs) {
    last = infer_censored(kernels, targets, bounds, logs, {}, true, last ? &*last : nullptr);
    return *last;
  };
  return maximise_evidence(kernels.size(), targets, [&](const std::vector<double>& logs) {
    const CensoredInference at = evaluate(logs);
    return MarginalLikelihood{at.log_evidence, at.mean, at.gradient};
  });
}

}  // namespace fragflow
