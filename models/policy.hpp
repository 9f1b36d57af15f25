// The policy contract: states in, ragged logits out, before any softmax; the caller applies the
// masks of legal actions (StateBatch::place_mask, stop_mask).
#pragma once

#include "models/torch.hpp"

#include <functional>

#include "models/state_batch.hpp"

namespace fragflow {

struct PolicyOutput {
  torch::Tensor place_logits;     // [P, C]
  torch::Tensor stop_logits;      // [B]
  torch::Tensor log_flow;         // [B]
  torch::Tensor backward_logits;  // [L]; undefined unless the policy has a backward head
};

// Evaluates a policy without gradients; see Policy::for_inference().
using InferencePolicy = std::function<PolicyOutput(const StateBatch&)>;

class Policy : public torch::nn::Module {
 public:
  // A deterministic function of the batch and the weights.
  virtual PolicyOutput forward(const StateBatch& batch) = 0;

  // True if a state's outputs are bit-identical whatever else is in the batch and whatever the
  // number of threads. The sampler then splits a batch among threads freely; otherwise it evaluates
  // all trajectories in one call, outside of parallel regions.
  virtual bool rows_are_independent() const { return true; }

  // forward() for many batches with the current weights, which must not change while it is in use;
  // work that depends on the weights alone is done once. Thread-safe.
  virtual InferencePolicy for_inference() {
    return [this](const StateBatch& batch) {
      const torch::NoGradGuard no_grad;
      return forward(batch);
    };
  }
};

}  // namespace fragflow
