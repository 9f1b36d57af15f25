// The policy contract: states in, ragged logits out. Outputs are logits, no softmax applied; legal
// actions are the caller's masks (StateBatch::place_mask, stop_mask).
#pragma once

#include "models/torch.hpp"

#include "models/state_batch.hpp"

namespace fragflow {

struct PolicyOutput {
  torch::Tensor place_logits;  // [P, C]
  torch::Tensor stop_logits;   // [B]
  torch::Tensor log_flow;      // [B]
  torch::Tensor leaf_logits;   // [L]; undefined unless the policy has a backward head
};

class Policy : public torch::nn::Module {
 public:
  virtual PolicyOutput forward(const StateBatch& batch) = 0;
};

}  // namespace fragflow
