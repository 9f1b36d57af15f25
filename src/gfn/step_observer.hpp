// Lets a benchmark time the phases of a training step without duplicating its code.
#pragma once

namespace fragflow {

class Policy;

enum class StepPhase { kSampling, kReward, kScoring, kBackward, kOptimiser };

// Does nothing; override to measure.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  // Returns the policy to call in place of `policy`: itself, or one that forwards to it. Valid
  // until the next call.
  virtual Policy& watch(Policy& policy) { return policy; }
  // Everything since the last call (or the beginning of the step) belonged to this phase. A phase
  // may occur several times in a step.
  virtual void phase_done(StepPhase) {}
};

}  // namespace fragflow
