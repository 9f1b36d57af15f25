#include "src/gfn/tabulated_policy.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace fragflow {
namespace {

// Breadth first; empty if there are more.
std::vector<State> all_states(const Environment& environment, std::int64_t max_states) {
  std::vector<State> states = {environment.initial_state()};
  std::unordered_set<State, StateHash> seen = {states[0]};
  ActionSet actions;
  for (std::size_t next = 0; next < states.size(); ++next) {
    const State state = states[next];  // a copy: the list grows
    if (environment.is_terminal(state)) continue;
    environment.legal_actions(state, actions);
    actions.for_each([&](Action action) {
      if (static_cast<std::int64_t>(states.size()) > max_states) return;
      const State child = environment.apply(state, action);
      if (seen.insert(child).second) states.push_back(child);
    });
    if (static_cast<std::int64_t>(states.size()) > max_states) return {};
  }
  return states;
}

}  // namespace

std::shared_ptr<TabulatedPolicy> TabulatedPolicy::make(const Environment& environment,
                                                       Policy& policy, std::int64_t max_states,
                                                       bool with_leaves) {
  std::vector<State> states = all_states(environment, max_states);
  if (states.empty()) return nullptr;
  return std::shared_ptr<TabulatedPolicy>(
      new TabulatedPolicy(policy, make_state_set(environment, std::move(states), with_leaves)));
}

TabulatedPolicy::TabulatedPolicy(Policy& policy, StateSet set) : policy_(policy) {
  // Under no names that are saved: for who copies its weights.
  int number = 0;
  for (const torch::Tensor& weights : policy.parameters()) {
    register_parameter(fmt::format("weights{}", number++), weights);
  }
  answers_.set = std::move(set);
  for (std::size_t i = 0; i < answers_.set.states.size(); ++i) {
    answers_.index.emplace(answers_.set.states[i], static_cast<std::int64_t>(i));
  }
}

const AnsweredStates* TabulatedPolicy::answered() {
  if (!is_current_) {
    const torch::AutoGradMode with_gradients(true);
    answers_.output = policy_.forward(answers_.set.batch);
    is_current_ = true;
  }
  return &answers_;
}

void TabulatedPolicy::weights_changed() {
  answers_.output = {};
  is_current_ = false;
}

}  // namespace fragflow
