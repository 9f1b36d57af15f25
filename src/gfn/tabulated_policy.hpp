// A policy on an environment with few states, asked about all of them at once.
#pragma once

#include <memory>
#include <vector>

#include "models/policy.hpp"
#include "models/state_set.hpp"

namespace fragflow {

// Forwards to a policy, and answers for every state by one forward pass between two changes of the
// weights, for sampling and learning alike. With few states a batch of trajectories meets most of
// them, and each pass for the few states of one sampling step costs more than its products.
class TabulatedPolicy : public Policy {
 public:
  // Null if the environment has more than max_states states, terminals included. Both must outlive
  // the result. with_leaves: the policy learns P_B.
  static std::shared_ptr<TabulatedPolicy> make(const Environment& environment, Policy& policy,
                                               std::int64_t max_states, bool with_leaves);

  PolicyOutput forward(const StateBatch& batch) override { return policy_.forward(batch); }
  FrozenPolicy frozen() override { return policy_.frozen(); }
  const AnsweredStates* answered() override;
  // The answers are asked for anew.
  void weights_changed();

 private:
  TabulatedPolicy(Policy& policy, StateSet set);

  Policy& policy_;
  AnsweredStates answers_;
  bool is_current_ = false;
};

}  // namespace fragflow
