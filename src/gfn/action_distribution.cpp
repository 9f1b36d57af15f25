#include "src/gfn/action_distribution.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {

torch::Tensor ragged_logsumexp(const torch::Tensor& values,
                               const std::vector<std::int64_t>& offset) {
  const auto rows = static_cast<std::int64_t>(offset.size()) - 1;
  std::int64_t width = 1;
  bool single = true;  // one value in each row: nothing to sum
  for (std::int64_t r = 0; r < rows; ++r) {
    width = std::max(width, offset[r + 1] - offset[r]);
    single = single && offset[r + 1] - offset[r] == 1;
  }
  if (single) return values;
  // Rows are few entries long (places of a tree, leaves), so that padding them is cheap.
  torch::Tensor index = torch::empty({rows * width}, torch::kInt64);
  auto* entry = index.data_ptr<std::int64_t>();
  const std::int64_t padding = values.size(0);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t k = 0; k < width; ++k) {
      const std::int64_t source = offset[r] + k;
      *entry++ = source < offset[r + 1] ? source : padding;
    }
  }
  const torch::Tensor padded =
      torch::cat({values, torch::full({1}, kMaskedLogit, values.options())});
  return padded.index_select(0, index).view({rows, width}).logsumexp(1);
}

ActionDistribution::ActionDistribution(const PolicyOutput& output, const StateBatch& batch)
    : num_choices_(output.place_logits.size(1)), num_places_(output.place_logits.size(0)) {
  const auto masked = torch::full({}, kMaskedLogit, output.place_logits.options());
  const torch::Tensor places = torch::where(batch.place_mask, output.place_logits, masked);
  const torch::Tensor stops = torch::where(batch.stop_mask, output.stop_logits, masked);
  padding_index_ = num_places_ * num_choices_ + batch.num_states;
  flat_logits_ = torch::cat({places.view({-1}), stops, masked.view({1})});
  const torch::Tensor per_state = ragged_logsumexp(places.logsumexp(1), batch.place_offset);
  log_normaliser_ = torch::logaddexp(per_state, stops);
}

std::int64_t ActionDistribution::flat_index(const StateBatch& batch, std::int64_t state,
                                            Action action) const {
  FRAGFLOW_DCHECK(batch.actions[state].contains(action), "illegal action of state {}", state);
  if (action.is_stop()) return num_places_ * num_choices_ + state;
  return (batch.place_offset[state] + action.site) * num_choices_ + action.choice;
}

torch::Tensor index_tensor(const std::vector<std::int64_t>& rows) {
  return torch::tensor(rows, torch::kInt64);
}

}  // namespace fragflow
