// P_F(a | s): the only place where logits are turned into action probabilities.
#pragma once

#include <span>
#include <vector>

#include "models/policy.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

// The logit of illegal actions. Finite, so that no gradient becomes NaN; its exponential is exactly
// 0 relative to any real logit.
inline constexpr double kMaskedLogit = -1e30;

// K groups of actions, each group of one state: for example those that lead to the same child.
struct ActionGroups {
  // Adds a group for the state in this row of the batch.
  void add(std::int64_t row, std::span<const Action> actions);

  std::vector<std::int64_t> state;         // [K] row of the state
  std::vector<std::int64_t> offset = {0};  // [K + 1] first action of each group
  std::vector<Action> actions;             // of all groups, all legal
};

// Numerators and denominators (in logarithms) of action probabilities.
struct ActionTerms {
  torch::Tensor logits;          // [K] of the requested actions
  torch::Tensor log_normaliser;  // [B] log of the sum of exponentials over a state's legal actions
};

class ActionDistribution {
 public:
  // The batch must outlive it. Masks select entries; they are not multiplied.
  ActionDistribution(const PolicyOutput& output, const StateBatch& batch)
      : batch_(batch),
        place_logits_(output.place_logits.contiguous()),
        stop_logits_(output.stop_logits.contiguous()) {}

  // [K] log of the summed probabilities of each group. With gradients.
  torch::Tensor log_prob(const ActionGroups& groups) const;
  // [B] -sum of p log p over the legal actions. With gradients.
  torch::Tensor entropy() const;
  // Draws an action for the state in this row, with probability proportional to p^(1 /
  // temperature). Thread-safe. Throws UserError if the state's logits are not finite.
  Action sample(std::int64_t row, double temperature, Rng& rng) const;

  // For logits with an absolute meaning, such as log F(s, a) in flow matching: not normalised.
  // Index of an action in flat_logits().
  std::int64_t flat_index(std::int64_t state, Action action) const;
  // [P * C + B]: place logits, stop logits; kMaskedLogit where an action is not legal.
  torch::Tensor flat_logits() const;
  // The logits at these indices of flat_logits(), all of legal actions, with their normalisers.
  ActionTerms terms(std::vector<std::int64_t> flat_indices) const;

 private:
  template <typename Real>
  Action draw(std::int64_t row, double temperature, Rng& rng) const;

  const StateBatch& batch_;
  torch::Tensor place_logits_, stop_logits_;
};

// logsumexp over ragged rows: values [K], row r = values[offset[r] .. offset[r + 1]) -> [R]. Empty
// rows give kMaskedLogit.
torch::Tensor ragged_logsumexp(const torch::Tensor& values,
                               const std::vector<std::int64_t>& offset);

// int64 tensor of row numbers for index_select.
torch::Tensor index_tensor(const std::vector<std::int64_t>& rows);

}  // namespace fragflow
