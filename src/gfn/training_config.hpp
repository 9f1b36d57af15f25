// What a training run may choose. Formulas: src/gfn/objectives.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "src/base/fields.hpp"

namespace fragflow {

struct ObjectiveConfig {
  std::string name = "tb";
  std::string regression = "square";
  double subtb_lambda = 0.9;
  double huber_delta = 1.0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("name", name, {"tb", "vargrad", "db", "subtb"}, "training objective");
    visit.choice("regression", regression, {"square", "huber"},
                 "function g of the residual; the loss is its mean");
    visit.number("subtb_lambda", subtb_lambda, {0.01, 1.0},
                 "SubTB: weight lambda^(j-i) of a sub-trajectory of j-i steps");
    visit.number("huber_delta", huber_delta, {1e-3, 1e3}, "huber: quadratic up to this residual");
  }
};

struct TrainingConfig {
  std::int64_t steps = 2000;
  int batch_size = 64;
  double learning_rate = 1e-3;
  double log_z_learning_rate = 0.1;
  double log_z_initial = 0.0;
  double learning_rate_final = 0.1;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double adam_epsilon = 1e-8;
  double gradient_clip = 10.0;
  double ema = 0.0;
  std::int64_t log_every = 10;
  std::int64_t checkpoint_every = 200;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("steps", steps, {1, 1e9}, "gradient steps");
    visit.number("batch_size", batch_size, {1, 65536}, "trajectories per step");
    visit.number("learning_rate", learning_rate, {1e-8, 1.0}, "Adam step size of the policy");
    visit.number("log_z_learning_rate", log_z_learning_rate, {1e-8, 10.0},
                 "Adam step size of log Z");
    visit.number("log_z_initial", log_z_initial, {-1e4, 1e4}, "log Z before training");
    visit.number("learning_rate_final", learning_rate_final, {0.0, 1.0},
                 "both step sizes fall to this share of their start along a half cosine");
    visit.number("adam_beta1", adam_beta1, {0.0, 0.9999}, "Adam: decay of the first moment");
    visit.number("adam_beta2", adam_beta2, {0.0, 0.999999}, "Adam: decay of the second moment");
    visit.number("adam_epsilon", adam_epsilon, {1e-16, 1e-2}, "Adam: epsilon");
    visit.number("gradient_clip", gradient_clip, {0.0, 1e9},
                 "largest total gradient norm of the policy; 0: no clipping");
    visit.number("ema", ema, {0.0, 0.99999},
                 "decay of the averaged weights that sample; 0: sample with the raw weights");
    visit.number("log_every", log_every, {1, 1e9}, "steps per row of metrics.csv");
    visit.number("checkpoint_every", checkpoint_every, {1, 1e9}, "steps between checkpoints");
  }
};

// Exploration changes which trajectories are drawn, never the log-probabilities they are scored
// with.
struct ExplorationConfig {
  double epsilon = 0.05;
  double epsilon_final = 0.0;
  double temperature = 1.0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("epsilon", epsilon, {0.0, 1.0},
                 "probability of a uniformly random legal action at each step, at the start");
    visit.number("epsilon_final", epsilon_final, {0.0, 1.0},
                 "the same at the end; linear in between");
    visit.number("temperature", temperature, {0.1, 100.0},
                 "logits are divided by it while exploring");
  }
};

}  // namespace fragflow
