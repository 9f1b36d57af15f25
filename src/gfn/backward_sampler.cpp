#include "src/gfn/backward_sampler.hpp"

#include <algorithm>
#include <cmath>

#include "envs/parents.hpp"
#include "models/policy.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {
namespace {

Predecessor draw_uniform_parent(const Environment& environment, const State& child, Rng& rng) {
  const std::vector<Parent> parents = distinct_parents(environment, child);
  const Parent& parent = parents[rng.below(parents.size())];
  return {parent.state, parent.actions.front()};
}

// Draws a leaf in proportion to exp(logit): a parent gets the sum over the leaves that lead to it.
Predecessor draw_by_leaf(const Environment& environment, const State& child, const float* logits,
                         Rng& rng) {
  std::vector<BackwardAction> leaves;
  environment.legal_backward_actions(child, leaves);
  const float largest = *std::max_element(logits, logits + leaves.size());
  const auto weight = [&](std::size_t k) {
    return std::exp(static_cast<double>(logits[k]) - largest);
  };
  double total = 0;
  for (std::size_t k = 0; k < leaves.size(); ++k) total += weight(k);
  double left = rng.uniform() * total;
  std::size_t drawn = 0;
  for (; drawn + 1 < leaves.size(); ++drawn) {
    left -= weight(drawn);
    if (left < 0) break;
  }
  return environment.undo(child, leaves[drawn]);
}

}  // namespace

std::vector<Predecessor> draw_parents(const Environment& environment, Policy& policy,
                                      std::span<const State> children, bool learned_backward,
                                      std::span<Rng> generators) {
  torch::NoGradGuard no_grad;
  // Only states in the network's batch have backward logits.
  std::vector<std::int64_t> row(children.size(), -1);
  DistinctStates distinct;
  StateBatch batch;
  torch::Tensor logits;
  if (learned_backward) {
    std::vector<const State*> states;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (environment.is_terminal(children[i])) continue;
      row[i] = static_cast<std::int64_t>(states.size());
      states.push_back(&children[i]);
    }
    if (!states.empty()) {
      distinct = distinct_states(states);
      batch = make_state_batch(environment, distinct.states, /*with_leaves=*/true);
      logits = policy.forward(batch).backward_logits.to(torch::kFloat32).contiguous();
    }
  }
  const float* values = logits.defined() ? logits.data_ptr<float>() : nullptr;
  std::vector<Predecessor> parents(children.size());
  parallel_for(static_cast<std::int64_t>(children.size()), [&](std::int64_t i) {
    parents[i] =
        row[i] < 0 ? draw_uniform_parent(environment, children[i], generators[i])
                   : draw_by_leaf(environment, children[i],
                                  values + batch.leaf_offset[distinct.row[row[i]]], generators[i]);
  });
  return parents;
}

std::vector<Trajectory> sample_backward_trajectories(const Environment& environment, Policy& policy,
                                                     std::span<const State> terminals,
                                                     bool learned_backward, std::uint64_t seed,
                                                     std::uint64_t stream) {
  const State start = environment.initial_state();
  // Grown from the end: states and actions in reverse order.
  std::vector<Trajectory> reversed(terminals.size());
  std::vector<Rng> generators;
  std::vector<std::size_t> live;
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    reversed[i].states.push_back(terminals[i]);
    generators.emplace_back(seed, stream, i);
    live.push_back(i);
  }
  while (!live.empty()) {
    std::vector<State> children;
    std::vector<Rng> live_generators;
    for (const std::size_t i : live) {
      children.push_back(reversed[i].states.back());
      live_generators.push_back(generators[i]);
    }
    std::vector<Predecessor> parents =
        draw_parents(environment, policy, children, learned_backward, live_generators);
    std::vector<std::size_t> unfinished;
    for (std::size_t k = 0; k < live.size(); ++k) {
      const std::size_t i = live[k];
      generators[i] = live_generators[k];
      reversed[i].actions.push_back(parents[k].action);
      reversed[i].states.push_back(parents[k].parent);
      if (parents[k].parent != start) unfinished.push_back(i);
    }
    live = std::move(unfinished);
  }
  for (Trajectory& trajectory : reversed) {
    std::reverse(trajectory.states.begin(), trajectory.states.end());
    std::reverse(trajectory.actions.begin(), trajectory.actions.end());
  }
  return reversed;
}

}  // namespace fragflow
