// Optimisation steps shared by all learners.
#pragma once

#include <functional>
#include <string>

#include "models/adam.hpp"
#include "src/gfn/step_observer.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

AdamSettings adam_settings(const TrainingConfig& training);

// Learning-rate schedule: the fraction of the initial step sizes after `steps_done` of
// training.steps, from 1 along half a cosine to learning_rate_final.
double step_size_fraction(const TrainingConfig& training, std::int64_t steps_done);

// The inverse temperature of a step after `steps_done` steps: linear from training.beta_initial to
// `beta`, which it reaches at the fraction training.beta_until of training.steps.
double beta_at(const TrainingConfig& training, double beta, std::int64_t steps_done);

// One update of the optimiser's parameters with the gradient of `loss` (a scalar), scaled down if
// its norm exceeds training.gradient_clip. Returns the norm before clipping. Throws UserError
// starting with `where` if loss or norm is not finite; the parameters are then unchanged.
// after_backward: completes the gradients if the loss does not reach the parameters by itself.
double minimise(const torch::Tensor& loss, Adam& optimiser, double learning_rate,
                const TrainingConfig& training, const std::string& where, StepObserver& observer,
                const std::function<void()>& after_backward = {});

}  // namespace fragflow
