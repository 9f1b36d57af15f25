// What every learner does with a loss.
#pragma once

#include <functional>
#include <string>

#include "models/adam.hpp"
#include "src/gfn/step_observer.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

AdamSettings adam_settings(const TrainingConfig& training);

// Fraction of the initial step sizes after `steps_done` of training.steps: from 1 along half a
// cosine to learning_rate_final.
double step_size_fraction(const TrainingConfig& training, std::int64_t steps_done);

// The inverse temperature that a step learns with after `steps_done` steps: linear from
// training.beta_initial to `beta` at the fraction training.beta_until of training.steps.
double beta_at(const TrainingConfig& training, double beta, std::int64_t steps_done);

// One update of the optimiser's parameters against the gradient of `loss` (a scalar), scaled down
// where its norm exceeds training.gradient_clip. Returns the norm before. Throws UserError, which
// begins with `where`, if loss or norm is not finite; the parameters are then as they were.
// after_backward: completes the gradients, where the loss does not reach the parameters by itself.
double minimise(const torch::Tensor& loss, Adam& optimiser, double learning_rate,
                const TrainingConfig& training, const std::string& where, StepObserver& observer,
                const std::function<void()>& after_backward = {});

}  // namespace fragflow
