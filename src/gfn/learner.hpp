// What a training run knows of a method: steps that visit objects, and something that samples.
// GFlowNet training (trainer.hpp) and the baselines are learners.
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

// What is recorded of one step.
struct StepResult {
  std::int64_t step = 0;     // steps done, this one included
  double loss = 0;           // 0 for methods without one
  double log_z = 0;          // after the update; NaN for methods that do not estimate it
  double gradient_norm = 0;  // of the policy, before clipping
  Experience visited;        // drawn from the environment and evaluated in this step
};

class Learner {
 public:
  virtual ~Learner() = default;

  // Throws UserError if a reward, the loss or a gradient is not finite; no further step may follow.
  virtual StepResult step() = 0;
  virtual std::int64_t steps_done() const = 0;
  // NaN if the method does not estimate it.
  virtual double log_z() const = 0;

  // The policy whose trajectories are the method's samples; nullptr if it samples otherwise.
  virtual Policy* sampling_policy() = 0;
  // `count` objects as the method now samples them, with the trajectories to them where there are
  // any (otherwise a trajectory is the object alone). A function of the arguments and of what
  // save() writes; changes nothing.
  virtual std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed,
                                         std::uint64_t stream, const Exploration& exploration) = 0;
  // Trainable scalars.
  virtual std::int64_t num_parameters() const = 0;

  // Everything it needs to continue as if it had never stopped.
  virtual void save(SafetensorsFile& file) const = 0;
  virtual void load(const SafetensorsFile& file) = 0;
  // What was learned, without the state of the optimiser: to sample with, or as a warm start.
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
