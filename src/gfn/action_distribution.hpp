// The one ragged log-softmax: from masked logits to log-probabilities of actions.
#pragma once

#include "models/policy.hpp"

namespace fragflow {

// Stands for the logit of what is not legal. Finite, so that no gradient becomes NaN; its
// exponential is exactly 0 beside any real logit.
inline constexpr double kMaskedLogit = -1e30;

// What log-probabilities of actions are made from.
struct ActionTerms {
  torch::Tensor logits;          // [K] of the actions asked for
  torch::Tensor log_normaliser;  // [B] log of the sum of exponentials over a state's legal actions
};

class ActionDistribution {
 public:
  // The batch must outlive it. Masks choose, they are no factors.
  ActionDistribution(const PolicyOutput& output, const StateBatch& batch)
      : batch_(batch), place_logits_(output.place_logits), stop_logits_(output.stop_logits) {}

  // Index of an action in flat_logits().
  std::int64_t flat_index(std::int64_t state, Action action) const;

  // [P * C + B]: place logits, stop logits; kMaskedLogit where an action is not legal.
  torch::Tensor flat_logits() const;
  // The logits are the entries of flat_logits() at these indices, all of legal actions.
  ActionTerms terms(std::vector<std::int64_t> flat_indices) const;

 private:
  const StateBatch& batch_;
  torch::Tensor place_logits_, stop_logits_;
};

// logsumexp over ragged rows: values [K], row r = values[offset[r] .. offset[r + 1]) -> [R]. Empty
// rows give kMaskedLogit.
torch::Tensor ragged_logsumexp(const torch::Tensor& values,
                               const std::vector<std::int64_t>& offset);

// Rows for index_select.
torch::Tensor index_tensor(const std::vector<std::int64_t>& rows);

}  // namespace fragflow
