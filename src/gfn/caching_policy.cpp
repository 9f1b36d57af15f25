#include "src/gfn/caching_policy.hpp"

#include "src/base/check.hpp"
#include "src/gfn/action_distribution.hpp"

namespace fragflow {

std::vector<CachingPolicy::Rows> CachingPolicy::find(const StateBatch& batch) const {
  std::vector<Rows> found;
  for (const State& state : batch.states) {
    const auto entry = rows_.find(state);
    if (entry == rows_.end()) return {};
    found.push_back(entry->second);
  }
  return found;
}

void CachingPolicy::remember(const StateBatch& batch, const PolicyOutput& output) {
  for (std::int64_t i = 0; i < batch.num_states; ++i) {
    rows_.try_emplace(batch.states[i], Rows{num_states_ + i, num_places_ + batch.place_offset[i]});
  }
  num_states_ += batch.num_states;
  num_places_ += batch.place_offset.back();
  place_logits_.push_back(output.place_logits);
  stop_logits_.push_back(output.stop_logits);
  log_flow_.push_back(output.log_flow);
}

PolicyOutput CachingPolicy::forward(const StateBatch& batch) {
  return answer(batch, [this](const StateBatch& states) { return policy_.forward(states); });
}

InferencePolicy CachingPolicy::for_inference() {
  return [this, policy = policy_.for_inference()](const StateBatch& batch) {
    return answer(batch, policy);
  };
}

PolicyOutput CachingPolicy::answer(const StateBatch& batch, const InferencePolicy& policy) {
  FRAGFLOW_CHECK(!batch.condition.defined() && batch.leaf_node.size(0) == 0,
                 "states with conditions or leaves are not remembered");
  const torch::NoGradGuard no_grad;
  std::unique_lock lock(mutex_);
  const std::vector<Rows> found = find(batch);
  if (found.empty()) {
    lock.unlock();
    PolicyOutput output = policy(batch);
    lock.lock();
    remember(batch, output);
    return output;
  }
  std::vector<std::int64_t> states, places;
  for (std::int64_t i = 0; i < batch.num_states; ++i) {
    states.push_back(found[i].state);
    for (std::int64_t p = 0; p < batch.place_offset[i + 1] - batch.place_offset[i]; ++p) {
      places.push_back(found[i].place + p);
    }
  }
  const torch::Tensor state_rows = index_tensor(states);
  PolicyOutput output;
  output.place_logits = torch::cat(place_logits_).index_select(0, index_tensor(places));
  output.stop_logits = torch::cat(stop_logits_).index_select(0, state_rows);
  output.log_flow = torch::cat(log_flow_).index_select(0, state_rows);
  return output;
}

}  // namespace fragflow
