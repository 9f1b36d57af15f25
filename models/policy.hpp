// The policy contract: states in, ragged logits out. Outputs are logits, no softmax applied; legal
// actions are the caller's masks (StateBatch::place_mask, stop_mask).
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

// A policy's answers without gradients; see Policy::for_inference().
using InferencePolicy = std::function<PolicyOutput(const StateBatch&)>;

class Policy : public torch::nn::Module {
 public:
  // A deterministic function of the batch and the weights.
  virtual PolicyOutput forward(const StateBatch& batch) = 0;

  // True if the rows of a state are the same bits whatever else is in the batch and however many
  // threads there are. The sampler then shares a batch among threads as it likes; else it asks
  // about all trajectories at once, outside of parallel regions.
  virtual bool rows_are_independent() const { return true; }

  // forward() for many batches with the weights as they are now, which must not change while it is
  // in use; what depends on the weights alone is done once. Several threads may call it at once.
  virtual InferencePolicy for_inference() {
    return [this](const StateBatch& batch) {
      const torch::NoGradGuard no_grad;
      return forward(batch);
    };
  }
};

}  // namespace fragflow
