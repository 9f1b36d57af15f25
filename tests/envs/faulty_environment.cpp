#include "tests/envs/faulty_environment.hpp"

#include <algorithm>

#include "tests/envs/environment_table.hpp"

namespace fragflow::test {
namespace {

bool has_label(const State& state, int label) {
  return std::any_of(state.nodes.begin(), state.nodes.begin() + state.num_nodes,
                     [label](const Node& node) { return node.label == label; });
}

}  // namespace

void FaultyEnvironment::legal_actions(const State& state, ActionSet& actions) const {
  const State inner_state = inner_.canonical(state);
  inner_.legal_actions(inner_state, actions);
  if (fault_ == Fault::kForbiddenStop && state.num_nodes == 2 && actions.count() > 1) {
    actions.stop = false;
  }
  if (fault_ == Fault::kMergedOrbits) {
    for (int i = 1; i < actions.num_places(); ++i) {
      if (actions.places()[i].node != actions.places()[i - 1].node) continue;
      std::fill_n(actions.row(i), actions.words(), 0);
    }
  }
  if (fault_ == Fault::kNonHereditaryMask && state.num_nodes == 1 && !has_label(state, 0)) {
    ActionSet masked = actions;
    actions.for_each([&](Action action) {
      if (action.is_stop() || has_label(inner_.apply(inner_state, action), 0)) return;
      masked.row(action.place)[action.choice >> 6] &= ~(std::uint64_t{1} << (action.choice & 63));
    });
    actions = masked;
  }
}

State FaultyEnvironment::apply(const State& state, Action action) const {
  const State child = inner_.apply(inner_.canonical(state), action);
  if (fault_ != Fault::kNonCanonicalKey) return child;
  Rng rng(StateHash{}(state), static_cast<std::uint64_t>(action.place + 1),
          static_cast<std::uint64_t>(action.choice + 1));
  return redraw(inner_, child, rng);
}

void FaultyEnvironment::legal_backward_actions(const State& state,
                                               std::vector<BackwardAction>& actions) const {
  inner_.legal_backward_actions(inner_.canonical(state), actions);
  if (fault_ == Fault::kDroppedBackwardAction && actions.size() > 1) actions.pop_back();
}

Predecessor FaultyEnvironment::undo(const State& state, BackwardAction action) const {
  return inner_.undo(inner_.canonical(state), action);
}

State FaultyEnvironment::canonical(const State& state) const {
  return fault_ == Fault::kNonCanonicalKey ? state : inner_.canonical(state);
}

std::vector<Parent> faulty_parents(const Environment& environment, const State& child,
                                   Fault fault) {
  std::vector<Parent> parents = distinct_parents(environment, child);
  if (fault == Fault::kDuplicateCountedOnce) {
    for (Parent& parent : parents) parent.actions.resize(1);
  }
  if (fault == Fault::kParentsPerLeaf) {
    std::vector<Parent> per_leaf;
    for (const Parent& parent : parents) {
      for (std::size_t k = 0; k < parent.actions.size(); ++k) {
        per_leaf.push_back({parent.state, {parent.actions[k]}, {parent.backward_actions[k]}});
      }
    }
    return per_leaf;
  }
  return parents;
}

}  // namespace fragflow::test
