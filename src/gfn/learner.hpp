// The interface of a method to a training run: steps that visit objects, and sampling. GFlowNet
// training (trainer.hpp) and the baselines are learners.
#pragma once

#include <cstdint>
#include <vector>

#include "src/base/safetensors.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/step_observer.hpp"
#include "src/gfn/trajectory.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

class Policy;

// The record of one step.
struct StepResult {
  std::int64_t step = 0;     // steps done, including this one
  double loss = 0;           // 0 for methods without one
  double log_z = 0;          // after the update; NaN for methods that do not estimate it
  double gradient_norm = 0;  // of the policy, before clipping
  Experience visited;        // drawn from the environment and evaluated in this step
};

class Learner {
 public:
  virtual ~Learner() = default;

  // Throws UserError if a reward, the loss or a gradient is not finite; call no further step then.
  virtual StepResult step() = 0;
  virtual std::int64_t steps_done() const = 0;
  // NaN if the method does not estimate it.
  virtual double log_z() const = 0;

  // The policy whose trajectories are the method's samples; nullptr if it samples differently.
  virtual Policy* sampling_policy() = 0;
  // `count` objects as the method currently samples them, with their trajectories if there are any
  // (otherwise a trajectory is the object alone). A function of the arguments and of what save()
  // writes; does not change the learner.
  virtual std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed,
                                         std::uint64_t stream, const Exploration& exploration) = 0;
  // Number of trainable scalars.
  virtual std::int64_t num_parameters() const = 0;

  // Saves everything needed to continue as if the run had never stopped.
  virtual void save(SafetensorsFile& file) const = 0;
  virtual void load(const SafetensorsFile& file) = 0;
  // Loads what was learned, without the optimiser's state: for sampling, or as a warm start.
  virtual void load_weights(const SafetensorsFile& file) = 0;

  // Reports the parts of every further step; observer must outlive the learner.
  void observe(StepObserver& observer) { observer_ = &observer; }

 protected:
  StepObserver& observer() { return *observer_; }

 private:
  StepObserver silent_;
  StepObserver* observer_ = &silent_;
};

}  // namespace fragflow
