#include "envs/hypergrid.hpp"

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {

Hypergrid::Hypergrid(const HypergridConfig& config) : config_(config) {
  if (config.dimension < 1 || config.dimension > kMaxNodes) {
    user_error("environment.dimension = {}: must be between 1 and {}", config.dimension, kMaxNodes);
  }
  if (config.height < 2 || config.height > 65536) {
    user_error("environment.height = {}: must be between 2 and 65536", config.height);
  }
}

State Hypergrid::initial_state() const {
  State state;
  state.num_nodes = static_cast<std::uint8_t>(config_.dimension);
  return state;
}

int Hypergrid::num_at_end(const State& state) const {
  int count = 0;
  for (int d = 0; d < config_.dimension; ++d) {
    count += state.nodes[d].label == config_.height - 1 ? 1 : 0;
  }
  return count;
}

void Hypergrid::legal_actions(const State& state, ActionSet& actions) const {
  actions.reset(config_.dimension);
  if (state.stopped) return;
  actions.stop = true;
  if (num_at_end(state) == config_.dimension) return;
  const int place = actions.add_place(Place{-1, 0});
  for (int d = 0; d < config_.dimension; ++d) {
    if (state.nodes[d].label < config_.height - 1) actions.set(place, d);
  }
}

State Hypergrid::apply(const State& state, Action action) const {
  FRAGFLOW_CHECK(!state.stopped, "no action is legal at the finished {}", to_string(state));
  State child = state;
  if (action.is_stop()) {
    child.stopped = true;
    return child;
  }
  FRAGFLOW_CHECK(action.place == 0 && action.choice >= 0 && action.choice < config_.dimension &&
                     state.nodes[action.choice].label < config_.height - 1,
                 "illegal step along dimension {} from {}", action.choice, to_string(state));
  ++child.nodes[action.choice].label;
  child.stopped = config_.forced_stop && child.nodes[action.choice].label == config_.height - 1;
  return child;
}

void Hypergrid::legal_backward_actions(const State& state,
                                       std::vector<BackwardAction>& actions) const {
  actions.clear();
  if (state.stopped && !(config_.forced_stop && num_at_end(state) > 0)) {
    actions.push_back(BackwardAction::undo_stop());
    return;
  }
  for (int d = 0; d < config_.dimension; ++d) {
    // A forced stop can only have come from the step that reached the end.
    const bool possible =
        state.stopped ? state.nodes[d].label == config_.height - 1 : state.nodes[d].label > 0;
    if (possible) actions.push_back(BackwardAction{static_cast<std::int16_t>(d)});
  }
}

Predecessor Hypergrid::undo(const State& state, BackwardAction action) const {
  Predecessor result{state, Action::stop()};
  result.parent.stopped = false;
  if (action.is_undo_stop()) {
    FRAGFLOW_CHECK(state.stopped && !(config_.forced_stop && num_at_end(state) > 0),
                   "no stop to undo at {}", to_string(state));
    return result;
  }
  FRAGFLOW_CHECK(action.node < config_.dimension && state.nodes[action.node].label > 0 &&
                     (!state.stopped || (config_.forced_stop &&
                                         state.nodes[action.node].label == config_.height - 1)),
                 "illegal step back along dimension {} from {}", action.node, to_string(state));
  --result.parent.nodes[action.node].label;
  result.action = Action{0, action.node};
  return result;
}

int Hypergrid::max_length() const {
  const int steps = config_.forced_stop ? config_.height - 2 : config_.height - 1;
  return config_.dimension * steps + 1;
}

Environment::Shape Hypergrid::shape() const {
  Shape shape;
  shape.num_choices = config_.dimension;
  shape.num_labels = config_.height;
  shape.max_nodes = config_.dimension;
  shape.site_offset.assign(config_.height + 1, 0);
  shape.is_vector = true;
  return shape;
}

std::string Hypergrid::to_string(const State& state) const {
  std::vector<std::string> coordinates;
  for (int d = 0; d < config_.dimension; ++d) {
    coordinates.push_back(std::to_string(state.nodes[d].label));
  }
  return "(" + join(coordinates) + ")";
}

}  // namespace fragflow
