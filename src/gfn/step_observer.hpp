// Lets a benchmark time the parts of a training step without a second copy of the step.
#pragma once

namespace fragflow {

class Policy;

enum class StepPhase { kSampling, kReward, kScoring, kBackward, kOptimiser };

// Does nothing; override to measure.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  // The policy to call in place of `policy`: itself, or one that forwards to it. Valid until the
  // next call.
  virtual Policy& watch(Policy& policy) { return policy; }
  // What was done since the last call (or since the step began) belonged to this phase. A phase may
  // come several times in a step.
  virtual void phase_done(StepPhase) {}
};

}  // namespace fragflow
