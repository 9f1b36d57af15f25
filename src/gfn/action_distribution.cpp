#include "src/gfn/action_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "models/backward_node.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/masked_softmax.hpp"

namespace fragflow {
namespace {

using torch::autograd::variable_list;

// The logits that a state's sum runs over: its rows of place logits, one after the other.
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

// A single custom autograd function, whose gradient is one pass over the logits and then a few
// entries. A function for each of the terms would make a gradient of all logits for each, and
// LibTorch would add them.
template <typename Real>
class ActionTermsFunction {
 public:
  ActionTermsFunction(const torch::Tensor& place_logits, const torch::Tensor& stop_logits,
                      const StateBatch& batch, std::vector<std::int64_t> index)
      : place_logits_(place_logits.detach()),
        stop_logits_(stop_logits.detach()),
        log_sums_(torch::empty_like(stop_logits_)),
        legal_(batch),
        index_(std::move(index)) {}

  ActionTerms forward() const {
    const Real* stop = stop_logits_.template data_ptr<Real>();
    const Real* place = place_logits_.template data_ptr<Real>();
    auto* sum = log_sums_.template data_ptr<Real>();
    const auto add_up = [&](std::int64_t b) {
      sum[b] = masked_log_sum(place + legal_.begin(b), legal_.mask(b), legal_.count(b), stop[b],
                              legal_.stop(b));
    };
    parallel_for(log_sums_.size(0), add_up, kShortBodies);
    torch::Tensor chosen =
        torch::empty({static_cast<std::int64_t>(index_.size())}, place_logits_.scalar_type());
    auto* value = chosen.template data_ptr<Real>();
    for (const std::int64_t i : index_) *value++ = *entry(place, stop, i);
    return {chosen, log_sums_.detach()};
  }

  // Gradients of place and stop logits.
  variable_list backward(const variable_list& grad_output) const {
    const torch::Tensor grad_places = torch::empty_like(place_logits_);
    const torch::Tensor grad_stops = torch::empty_like(stop_logits_);
    const Real* stop = stop_logits_.template data_ptr<Real>();
    const Real* place = place_logits_.template data_ptr<Real>();
    auto* grad_place = grad_places.template data_ptr<Real>();
    auto* grad_stop = grad_stops.template data_ptr<Real>();
    const torch::Tensor grad_sums =
        grad_output[1].defined() ? grad_output[1].contiguous() : torch::zeros_like(stop_logits_);
    const Real *sum = log_sums_.template data_ptr<Real>(),
               *grad_sum = grad_sums.template data_ptr<Real>();
    const auto share_out = [&](std::int64_t b) {
      masked_softmax(place + legal_.begin(b), legal_.mask(b), legal_.count(b), sum[b], grad_sum[b],
                     grad_place + legal_.begin(b));
      grad_stop[b] = legal_.stop(b) ? grad_sum[b] * std::exp(stop[b] - sum[b]) : 0;
    };
    parallel_for(grad_stops.size(0), share_out, kShortBodies);
    if (grad_output[0].defined()) {
      const torch::Tensor grad_chosen = grad_output[0].contiguous();
      const Real* value = grad_chosen.template data_ptr<Real>();
      for (const std::int64_t i : index_) *entry(grad_place, grad_stop, i) += *value++;
    }
    return {grad_places, grad_stops};
  }

 private:
  // Place logits, then stop logits.
  template <typename Value>
  Value* entry(Value* place, Value* stop, std::int64_t i) const {
    const std::int64_t num_places = place_logits_.numel();
    return i < num_places ? place + i : stop + (i - num_places);
  }

  torch::Tensor place_logits_, stop_logits_, log_sums_;
  Legal legal_;
  std::vector<std::int64_t> index_;
};

template <typename Real>
ActionTerms action_terms(const torch::Tensor& place_logits, const torch::Tensor& stop_logits,
                         const StateBatch& batch, std::vector<std::int64_t> index) {
  const auto call = std::make_shared<const ActionTermsFunction<Real>>(place_logits, stop_logits,
                                                                      batch, std::move(index));
  const ActionTerms terms = call->forward();
  set_backward({terms.logits, terms.log_normaliser}, {place_logits, stop_logits},
               [call](variable_list&& grad_output) { return call->backward(grad_output); });
  return terms;
}

}  // namespace

torch::Tensor ragged_logsumexp(const torch::Tensor& values,
                               const std::vector<std::int64_t>& offset) {
  const auto rows = static_cast<std::int64_t>(offset.size()) - 1;
  std::int64_t width = 1;
  bool single = true;  // one value in each row: no sum needed
  for (std::int64_t r = 0; r < rows; ++r) {
    width = std::max(width, offset[r + 1] - offset[r]);
    single = single && offset[r + 1] - offset[r] == 1;
  }
  if (single) return values;
  // Rows have few entries (places of a tree, leaves), so that padding them is cheap.
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

void ActionGroups::add(std::int64_t row, std::span<const Action> some) {
  state.push_back(row);
  actions.insert(actions.end(), some.begin(), some.end());
  offset.push_back(static_cast<std::int64_t>(actions.size()));
}

torch::Tensor ActionDistribution::log_prob(const ActionGroups& groups) const {
  std::vector<std::int64_t> index;
  index.reserve(groups.actions.size());
  for (std::size_t k = 0; k < groups.state.size(); ++k) {
    for (std::int64_t i = groups.offset[k]; i < groups.offset[k + 1]; ++i) {
      index.push_back(flat_index(groups.state[k], groups.actions[i]));
    }
  }
  const ActionTerms terms = this->terms(std::move(index));
  return ragged_logsumexp(terms.logits, groups.offset) -
         terms.log_normaliser.index_select(0, index_tensor(groups.state));
}

torch::Tensor ActionDistribution::entropy() const {
  const torch::Tensor log_normaliser = terms({}).log_normaliser;
  const auto minus_p_log_p = [](const torch::Tensor& log_p, const torch::Tensor& legal) {
    const torch::Tensor safe = torch::where(legal, log_p, torch::zeros_like(log_p));
    return torch::where(legal, -safe.exp() * safe, torch::zeros_like(safe));
  };
  const torch::Tensor places =
      place_logits_ - log_normaliser.index_select(0, batch_.place_state).unsqueeze(1);
  return minus_p_log_p(stop_logits_ - log_normaliser, batch_.stop_mask)
      .index_add(0, batch_.place_state, minus_p_log_p(places, batch_.place_mask).sum(1));
}

template <typename Real>
Action ActionDistribution::draw(std::int64_t row, double temperature, Rng& rng) const {
  thread_local std::vector<Real> scaled, probabilities;
  const std::int64_t num_choices = place_logits_.size(1);
  const std::int64_t first = batch_.place_offset[row] * num_choices;
  const std::int64_t count = batch_.place_offset[row + 1] * num_choices - first;
  const Real* logits = place_logits_.data_ptr<Real>() + first;
  const auto* legal =
      reinterpret_cast<const std::uint8_t*>(batch_.place_mask.data_ptr<bool>()) + first;
  Real stop = stop_logits_.data_ptr<Real>()[row];
  const bool stop_is_legal = batch_.actions[row].stop;
  if (temperature != 1.0) {
    const auto factor = static_cast<Real>(1.0 / temperature);
    scaled.assign(logits, logits + count);
    for (Real& value : scaled) value *= factor;
    logits = scaled.data();
    stop *= factor;
  }
  const Real log_sum = masked_log_sum(logits, legal, count, stop, stop_is_legal);
  if (!std::isfinite(log_sum) || log_sum <= static_cast<Real>(kMaskedLogit)) {
    user_error("the policy's logits are not finite; lower learning_rate or set gradient_clip");
  }
  probabilities.resize(count);
  masked_softmax(logits, legal, count, log_sum, Real{1}, probabilities.data());
  const double stop_probability =
      stop_is_legal ? std::exp(static_cast<double>(stop) - log_sum) : 0.0;
  double left =
      rng.uniform() * std::accumulate(probabilities.begin(), probabilities.end(), stop_probability);
  std::int64_t last = -1;  // the last legal action, chosen if rounding leaves a remainder
  for (std::int64_t i = 0; i < count; ++i) {
    if (legal[i] == 0) continue;
    last = i;
    left -= probabilities[i];
    if (left < 0) break;
  }
  if (last < 0 || (left >= 0 && stop_is_legal)) return Action::stop();
  return {static_cast<std::int32_t>(last / num_choices),
          static_cast<std::int32_t>(last % num_choices)};
}

Action ActionDistribution::sample(std::int64_t row, double temperature, Rng& rng) const {
  return place_logits_.scalar_type() == torch::kFloat64 ? draw<double>(row, temperature, rng)
                                                        : draw<float>(row, temperature, rng);
}

torch::Tensor ActionDistribution::flat_logits() const {
  const auto masked = torch::full({}, kMaskedLogit, place_logits_.options());
  return torch::cat({torch::where(batch_.place_mask, place_logits_, masked).view({-1}),
                     torch::where(batch_.stop_mask, stop_logits_, masked)});
}

ActionTerms ActionDistribution::terms(std::vector<std::int64_t> flat_indices) const {
  return place_logits_.scalar_type() == torch::kFloat64
             ? action_terms<double>(place_logits_, stop_logits_, batch_, std::move(flat_indices))
             : action_terms<float>(place_logits_, stop_logits_, batch_, std::move(flat_indices));
}

std::int64_t ActionDistribution::flat_index(std::int64_t state, Action action) const {
  FRAGFLOW_DCHECK(batch_.actions[state].contains(action), "illegal action of state {}", state);
  const std::int64_t num_choices = place_logits_.size(1);
  if (action.is_stop()) return place_logits_.size(0) * num_choices + state;
  return (batch_.place_offset[state] + action.place) * num_choices + action.choice;
}

torch::Tensor index_tensor(const std::vector<std::int64_t>& rows) {
  return torch::tensor(rows, torch::kInt64);
}

}  // namespace fragflow
