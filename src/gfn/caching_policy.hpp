// A policy's answers, kept for a second question about the same states.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "models/policy.hpp"

namespace fragflow {

// Forwards to a policy, without gradients, and answers from memory if it has seen every state of
// the batch before (the first answer to each counts). For scoring trajectories that it has just
// sampled; its weights must not change in between. States without conditions only, and without
// backward logits. Memory grows with the states seen. Several threads may ask at once.
class CachingPolicy : public Policy {
 public:
  explicit CachingPolicy(Policy& policy) : policy_(policy) {}
  PolicyOutput forward(const StateBatch& batch) override;
  InferencePolicy for_inference() override;
  bool rows_are_independent() const override { return policy_.rows_are_independent(); }

 private:
  struct Rows {
    std::int64_t state, place;  // among all states and places seen; places of a state are adjacent
  };

  PolicyOutput answer(const StateBatch& batch, const InferencePolicy& policy);
  // Where each state of the batch stands; empty if one of them is new.
  std::vector<Rows> find(const StateBatch& batch) const;
  void remember(const StateBatch& batch, const PolicyOutput& output);

  Policy& policy_;
  std::mutex mutex_;  // of what follows
  std::unordered_map<State, Rows, StateHash> rows_;
  std::int64_t num_states_ = 0, num_places_ = 0;
  std::vector<torch::Tensor> place_logits_, stop_logits_, log_flow_;
};

}  // namespace fragflow
