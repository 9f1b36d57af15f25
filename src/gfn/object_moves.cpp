#include "src/gfn/object_moves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "envs/parents.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMostSteps = 3;  // of a rebuilding, in each direction
constexpr int kNumKinds = 3;
enum Kind { kAdd, kRemove, kReplace };

std::optional<State> draw_child(const Environment& environment, const State& state, Rng& rng) {
  const std::vector<State> children = distinct_children(environment, state);
  if (children.empty()) return {};
  return children[rng.below(children.size())];
}

bool is_parent(const std::vector<Parent>& parents, const State& state) {
  return std::any_of(parents.begin(), parents.end(),
                     [&](const Parent& parent) { return parent.state == state; });
}

double num_children(const Environment& environment, const State& state) {
  return static_cast<double>(distinct_children(environment, state).size());
}

}  // namespace

std::vector<State> distinct_children(const Environment& environment, const State& state) {
  ActionSet actions;
  environment.legal_actions(state, actions);
  std::vector<State> children;
  actions.for_each([&](Action action) {
    if (!action.is_stop()) children.push_back(environment.apply(state, action));
  });
  std::sort(children.begin(), children.end());
  children.erase(std::unique(children.begin(), children.end()), children.end());
  return children;
}

bool can_stop(const Environment& environment, const State& state) {
  ActionSet actions;
  environment.legal_actions(state, actions);
  return actions.stop;
}

std::optional<State> propose_move(const Environment& environment, const State& state, Rng& rng) {
  const auto kind = static_cast<Kind>(rng.below(kNumKinds));
  std::optional<State> proposed;
  if (kind == kAdd) {
    proposed = draw_child(environment, state, rng);
  } else {
    const std::vector<Parent> parents = distinct_parents(environment, state);
    if (parents.empty()) return {};
    const State parent = parents[rng.below(parents.size())].state;
    proposed = kind == kRemove ? std::optional(parent) : draw_child(environment, parent, rng);
  }
  if (!proposed || *proposed == state || !can_stop(environment, *proposed)) return {};
  return proposed;
}

double log_move_probability(const Environment& environment, const State& from, const State& to) {
  const std::vector<Parent> parents_of_to = distinct_parents(environment, to);
  const std::vector<Parent> parents = distinct_parents(environment, from);
  double probability = 0;
  if (is_parent(parents_of_to, from)) {
    probability = 1.0 / num_children(environment, from);
  } else if (is_parent(parents, to)) {
    probability = 1.0 / static_cast<double>(parents.size());
  } else {
    for (const Parent& parent : parents) {
      if (!is_parent(parents_of_to, parent.state)) continue;
      probability +=
          1.0 / (static_cast<double>(parents.size()) * num_children(environment, parent.state));
    }
  }
  return std::log(probability / kNumKinds);
}

std::optional<RebuiltObject> propose_rebuilding(const Environment& environment, const State& state,
                                                Rng& rng) {
  const std::size_t back = 1 + rng.below(kMostSteps), forward = 1 + rng.below(kMostSteps);
  RebuiltObject rebuilt{state, 0};
  for (std::size_t i = 0; i < back; ++i) {
    const std::vector<Parent> parents = distinct_parents(environment, rebuilt.to);
    if (parents.empty()) return {};
    rebuilt.to = parents[rng.below(parents.size())].state;
    rebuilt.log_hastings += std::log(static_cast<double>(parents.size()));
    rebuilt.log_hastings -= std::log(num_children(environment, rebuilt.to));
  }
  for (std::size_t i = 0; i < forward; ++i) {
    const std::vector<State> children = distinct_children(environment, rebuilt.to);
    if (children.empty()) return {};
    rebuilt.to = children[rng.below(children.size())];
    rebuilt.log_hastings += std::log(static_cast<double>(children.size()));
    const std::size_t num_parents = distinct_parents(environment, rebuilt.to).size();
    rebuilt.log_hastings -= std::log(static_cast<double>(num_parents));
  }
  if (rebuilt.to == state || !can_stop(environment, rebuilt.to)) return {};
  return rebuilt;
}

}  // namespace fragflow
