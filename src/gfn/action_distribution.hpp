// The one ragged log-softmax: from masked logits to log-probabilities of actions.
#pragma once

#include "models/policy.hpp"

namespace fragflow {

// Stands for the logit of what is not legal. Finite, so that no gradient becomes NaN; its
// exponential is exactly 0 beside any real logit.
inline constexpr double kMaskedLogit = -1e30;

class ActionDistribution {
 public:
  // The batch must outlive it. Masks choose, they are no factors.
  ActionDistribution(const PolicyOutput& output, const StateBatch& batch);

  // Index of an action in flat_logits().
  std::int64_t flat_index(std::int64_t state, Action action) const;

  // [P * C + B]: place logits, stop logits; kMaskedLogit where an action is not legal.
  torch::Tensor flat_logits() const;
  // [K] the entries of flat_logits() at these indices, all of legal actions.
  torch::Tensor logits_at(const std::vector<std::int64_t>& flat_indices) const;
  // [B] log of the sum of exponentials over the legal actions of each state.
  const torch::Tensor& log_normaliser() const { return log_normaliser_; }

 private:
  const StateBatch& batch_;
  torch::Tensor place_logits_, stop_logits_, log_normaliser_;
  std::int64_t num_choices_ = 0, num_places_ = 0;
};

// logsumexp over ragged rows: values [K], row r = values[offset[r] .. offset[r + 1]) -> [R]. Empty
// rows give kMaskedLogit.
torch::Tensor ragged_logsumexp(const torch::Tensor& values,
                               const std::vector<std::int64_t>& offset);

// Rows for index_select.
torch::Tensor index_tensor(const std::vector<std::int64_t>& rows);

}  // namespace fragflow
