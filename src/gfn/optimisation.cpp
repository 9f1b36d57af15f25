#include "src/gfn/optimisation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "src/base/check.hpp"

namespace fragflow {

AdamSettings adam_settings(const TrainingConfig& training) {
  return {training.adam_beta1, training.adam_beta2, training.adam_epsilon};
}

double step_size_fraction(const TrainingConfig& training, std::int64_t steps_done) {
  const double done =
      std::min(1.0, static_cast<double>(steps_done) / static_cast<double>(training.steps));
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
  return training.learning_rate_final + (1.0 - training.learning_rate_final) * cosine;
}

double beta_at(const TrainingConfig& training, double beta, std::int64_t steps_done) {
  const double until = training.beta_until * static_cast<double>(training.steps);
  const auto done = static_cast<double>(steps_done);
  if (training.beta_initial <= 0 || done >= until) return beta;
  return training.beta_initial + (beta - training.beta_initial) * done / until;
}

double minimise(const torch::Tensor& loss, Adam& optimiser, double learning_rate,
                const TrainingConfig& training, const std::string& where, StepObserver& observer,
                const std::function<void()>& after_backward) {
  optimiser.zero_grad();
  loss.backward();
  if (after_backward) after_backward();
  observer.phase_done(StepPhase::kBackward);
  const double value = loss.item().toDouble();
  const double norm = optimiser.gradient_norm();
  if (!std::isfinite(value) || !std::isfinite(norm)) {
    user_error(
        "{}: the loss ({}) or its gradient ({}) is not finite; lower learning_rate, or raise the "
        "reward's floor",
        where, value, norm);
  }
  const bool clip = training.gradient_clip > 0 && norm > training.gradient_clip;
  optimiser.step(learning_rate, clip ? training.gradient_clip / norm : 1.0);
  return norm;
}

}  // namespace fragflow
