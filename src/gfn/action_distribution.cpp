#include "src/gfn/action_distribution.hpp"

#include <algorithm>
#include <cmath>

#include "models/backward_node.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/masked_softmax.hpp"

namespace fragflow {
namespace {

using torch::autograd::variable_list;

// What a state's sum is over: its rows of place logits, one after the other.
struct Legal {
  explicit Legal(const StateBatch& batch)
      : offset(batch.place_offset), place_mask(batch.place_mask), stop_mask(batch.stop_mask) {}

  std::int64_t begin(std::int64_t state) const { return offset[state] * place_mask.size(1); }
  std::int64_t count(std::int64_t state) const { return begin(state + 1) - begin(state); }
  const std::uint8_t* mask(std::int64_t state) const {
    return reinterpret_cast<const std::uint8_t*>(place_mask.data_ptr<bool>()) + begin(state);
  }
  bool stop(std::int64_t state) const { return stop_mask.data_ptr<bool>()[state]; }

  std::vector<std::int64_t> offset;
  torch::Tensor place_mask, stop_mask;
};

// [B], one node of LibTorch's graph: its gradient is one pass over the logits.
template <typename Real>
torch::Tensor log_sums(const torch::Tensor& place_logits, const torch::Tensor& stop_logits,
                       const StateBatch& batch) {
  const torch::Tensor places = place_logits.detach().contiguous();
  const torch::Tensor stops = stop_logits.detach().contiguous();
  const Legal legal(batch);
  const torch::Tensor sums = torch::empty_like(stops);
  const Real *place = places.data_ptr<Real>(), *stop = stops.data_ptr<Real>();
  auto* sum = sums.data_ptr<Real>();
  const auto add_up = [&](std::int64_t b) {
    sum[b] = masked_log_sum(place + legal.begin(b), legal.mask(b), legal.count(b), stop[b],
                            legal.stop(b));
  };
  parallel_for(batch.num_states, add_up, kShortBodies);
  set_backward({sums}, {place_logits, stop_logits},
               [places, stops, legal, kept = sums.detach()](variable_list&& given) {
                 if (!given[0].defined()) return variable_list(2);
                 const torch::Tensor of_sums = given[0].contiguous();
                 const torch::Tensor of_places = torch::empty_like(places);
                 const torch::Tensor of_stops = torch::empty_like(stops);
                 const Real *place = places.data_ptr<Real>(), *stop = stops.data_ptr<Real>();
                 const Real *sum = kept.data_ptr<Real>(), *of_sum = of_sums.data_ptr<Real>();
                 auto *of_place = of_places.data_ptr<Real>(), *of_stop = of_stops.data_ptr<Real>();
                 const auto share_out = [&](std::int64_t b) {
                   masked_softmax(place + legal.begin(b), legal.mask(b), legal.count(b), sum[b],
                                  of_sum[b], of_place + legal.begin(b));
                   of_stop[b] = legal.stop(b) ? of_sum[b] * std::exp(stop[b] - sum[b]) : 0;
                 };
                 parallel_for(stops.size(0), share_out, kShortBodies);
                 return variable_list{of_places, of_stops};
               });
  return sums;
}

// [K] entries of place logits, then stop logits.
template <typename Real>
torch::Tensor entries(const torch::Tensor& place_logits, const torch::Tensor& stop_logits,
                      const std::vector<std::int64_t>& index) {
  const torch::Tensor places = place_logits.detach().contiguous();
  const torch::Tensor stops = stop_logits.detach().contiguous();
  const std::int64_t num_place_logits = places.numel();
  torch::Tensor result =
      torch::empty({static_cast<std::int64_t>(index.size())}, places.scalar_type());
  auto* value = result.data_ptr<Real>();
  for (std::size_t k = 0; k < index.size(); ++k) {
    value[k] = index[k] < num_place_logits ? places.data_ptr<Real>()[index[k]]
                                           : stops.data_ptr<Real>()[index[k] - num_place_logits];
  }
  set_backward({result}, {place_logits, stop_logits},
               [index, shape = places.sizes().vec(), num_stops = stops.size(0),
                num_place_logits](variable_list&& given) {
                 if (!given[0].defined()) return variable_list(2);
                 const torch::Tensor of_result = given[0].contiguous();
                 const torch::Tensor of_places = torch::zeros(shape, of_result.scalar_type());
                 const torch::Tensor of_stops = torch::zeros({num_stops}, of_result.scalar_type());
                 const auto* value = of_result.data_ptr<Real>();
                 auto *place = of_places.data_ptr<Real>(), *stop = of_stops.data_ptr<Real>();
                 for (std::size_t k = 0; k < index.size(); ++k) {
                   (index[k] < num_place_logits ? place[index[k]]
                                                : stop[index[k] - num_place_logits]) += value[k];
                 }
                 return variable_list{of_places, of_stops};
               });
  return result;
}

}  // namespace

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
    : batch_(batch),
      place_logits_(output.place_logits),
      stop_logits_(output.stop_logits),
      num_choices_(output.place_logits.size(1)),
      num_places_(output.place_logits.size(0)) {
  log_normaliser_ = place_logits_.scalar_type() == torch::kFloat64
                        ? log_sums<double>(place_logits_, stop_logits_, batch)
                        : log_sums<float>(place_logits_, stop_logits_, batch);
}

torch::Tensor ActionDistribution::flat_logits() const {
  const auto masked = torch::full({}, kMaskedLogit, place_logits_.options());
  return torch::cat({torch::where(batch_.place_mask, place_logits_, masked).view({-1}),
                     torch::where(batch_.stop_mask, stop_logits_, masked)});
}

torch::Tensor ActionDistribution::logits_at(const std::vector<std::int64_t>& flat_indices) const {
  return place_logits_.scalar_type() == torch::kFloat64
             ? entries<double>(place_logits_, stop_logits_, flat_indices)
             : entries<float>(place_logits_, stop_logits_, flat_indices);
}

std::int64_t ActionDistribution::flat_index(std::int64_t state, Action action) const {
  FRAGFLOW_DCHECK(batch_.actions[state].contains(action), "illegal action of state {}", state);
  if (action.is_stop()) return num_places_ * num_choices_ + state;
  return (batch_.place_offset[state] + action.site) * num_choices_ + action.choice;
}

torch::Tensor index_tensor(const std::vector<std::int64_t>& rows) {
  return torch::tensor(rows, torch::kInt64);
}

}  // namespace fragflow
