// Caches a policy's outputs for repeated evaluation of the same states.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "models/policy.hpp"

namespace fragflow {

// Forwards to a policy, without gradients, and answers from the cache if it has seen every state of
// the batch before (the first output for each counts). For scoring trajectories that were just
// sampled; the weights must not change in between. Only for states without conditions, and without
// backward logits. Memory grows with the states seen. Thread-safe.
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
  // Cache entries of the states of the batch; empty if one of them is new.
  std::vector<Rows> find(const StateBatch& batch) const;
  void remember(const StateBatch& batch, const PolicyOutput& output);

  Policy& policy_;
  std::mutex mutex_;  // guards the members below
  std::unordered_map<State, Rows, StateHash> rows_;
  std::int64_t num_states_ = 0, num_places_ = 0;
  std::vector<torch::Tensor> place_logits_, stop_logits_, log_flow_;
};

}  // namespace fragflow
