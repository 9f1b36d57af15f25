#include "models/minimise.hpp"

#include <algorithm>
#include <cmath>

namespace fragflow {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The estimate of the inverse Hessian, row-major.
class InverseHessian {
 public:
  explicit InverseHessian(std::size_t size) : size_(size), values_(size * size) { reset(); }

  void reset() {
    std::fill(values_.begin(), values_.end(), 0.0);
    for (std::size_t i = 0; i < size_; ++i) values_[i * size_ + i] = 1;
    fresh_ = true;
  }

  Vector times(const Vector& x) const {
    Vector product(size_, 0.0);
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) product[i] += values_[i * size_ + j] * x[j];
    }
    return product;
  }

  // The BFGS update for a step and the change of gradient along it.
  void update(const Vector& step, const Vector& change) {
    const double curvature = dot(step, change);
    if (curvature <= 1e-12 * std::sqrt(dot(step, step) * dot(change, change))) return;
    if (fresh_) {
      const double scale = curvature / dot(change, change);
      for (double& value : values_) value *= scale;
      fresh_ = false;
    }
    const Vector product = times(change);
    const double factor = (1 + dot(change, product) / curvature) / curvature;
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) {
        values_[i * size_ + j] +=
            factor * step[i] * step[j] - (product[i] * step[j] + step[i] * product[j]) / curvature;
      }
    }
  }

 private:
  std::size_t size_;
  Vector values_;
  bool fresh_ = true;
};

}  // namespace

Minimum minimise(const std::function<double(const Vector&, Vector&)>& function, Vector start,
                 const MinimiseOptions& options) {
  constexpr double kLongestStep = 2.0;
  const std::size_t size = start.size();
  Minimum best{std::move(start), 0, 1};
  Vector gradient(size), next_gradient(size), next(size), step(size), change(size);
  best.value = function(best.point, gradient);
  InverseHessian inverse(size);
  for (int iteration = 0; iteration < options.max_iterations; ++iteration) {
    Vector direction = inverse.times(gradient);
    if (dot(direction, gradient) <= 0) {
      inverse.reset();
      direction = gradient;
    }
    const double length = std::sqrt(dot(direction, direction));
    if (length == 0) break;
    double rate = std::min(1.0, kLongestStep / length);
    if (iteration == 0) rate = std::min(rate, 0.5 / length);
    double value = 0;
    bool gained = false;
    for (int trial = 0; trial < 20 && !gained; ++trial, rate *= 0.4) {
      for (std::size_t i = 0; i < size; ++i) {
        next[i] = std::clamp(best.point[i] - rate * direction[i], options.lower, options.upper);
        step[i] = next[i] - best.point[i];
      }
      value = function(next, next_gradient);
      ++best.evaluations;
      gained = value <= best.value + 1e-4 * dot(step, gradient);
    }
    if (!gained) break;
    for (std::size_t i = 0; i < size; ++i) change[i] = next_gradient[i] - gradient[i];
    inverse.update(step, change);
    const double gain = best.value - value;
    best.point = next;
    best.value = value;
    gradient = next_gradient;
    if (gain < options.value_tolerance) break;
  }
  return best;
}

}  // namespace fragflow
