#include "src/gfn/scoring.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/batch_conditions.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/state_set.hpp"

namespace fragflow {
namespace {

// Positions of the states of trajectories in a set.
struct Visits {
  std::vector<std::int64_t> first;  // [B] index of s_0 of each trajectory in `state`
  std::vector<std::int64_t> state;  // trajectory by trajectory, s_0 .. x
};

struct VisitedStates {
  StateSet set;
  Visits visits;
};

// The distinct states of the batch (once per condition under which they occur).
VisitedStates collect_states(const Environment& environment,
                             std::span<const Trajectory> trajectories,
                             const BatchConditions& conditions, bool with_leaves) {
  Visits visits;
  std::vector<const State*> states;
  std::vector<std::int64_t> groups;
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    visits.first.push_back(static_cast<std::int64_t>(states.size()));
    for (const State& state : trajectories[b].states) states.push_back(&state);
    groups.resize(states.size(), conditions.group[b]);
  }
  DistinctStates distinct = distinct_states(states, groups);
  visits.state = std::move(distinct.row);
  StateSet set = make_state_set(environment, std::move(distinct.states), with_leaves);
  std::vector<std::int64_t> network_group;  // conditions of the states that are not terminal
  for (std::size_t i = 0; i < set.states.size(); ++i) {
    if (set.network_row[i] >= 0) network_group.push_back(distinct.group[i]);
  }
  set.batch.condition = conditions.of(network_group);
  return {std::move(set), std::move(visits)};
}

const Parent& find_parent(const std::vector<Parent>& parents, const State& state) {
  const auto found = std::find_if(parents.begin(), parents.end(),
                                  [&](const Parent& parent) { return parent.state == state; });
  FRAGFLOW_CHECK(found != parents.end(), "a trajectory's state is not a parent of the next");
  return *found;
}

// The part of the transitions that does not depend on the weights, one entry per transition.
struct Transitions {
  std::vector<std::int64_t> slot;  // b * T + t
  ActionGroups actions;            // from s_t to s_{t+1}: equal ones are summed
  std::vector<float> uniform_log_pb;
  std::vector<std::int64_t> child_row;                  // network row of s_{t+1}; 0 for terminals
  std::vector<std::int64_t> pb_offset = {0}, pb_index;  // ragged rows of the backward logits
  std::vector<float> is_move;                           // 0 for transitions into a terminal
};

void add_leaves(const Environment& environment, const StateSet& set, std::int64_t child,
                const Parent& parent, Transitions& transitions) {
  const std::int64_t row = set.network_row[child];
  transitions.child_row.push_back(std::max<std::int64_t>(row, 0));
  transitions.is_move.push_back(row >= 0 ? 1.0f : 0.0f);
  if (row >= 0) {
    std::vector<BackwardAction> leaves;
    environment.legal_backward_actions(set.states[child], leaves);
    for (const BackwardAction leaf : parent.backward_actions) {
      const auto position = std::find(leaves.begin(), leaves.end(), leaf) - leaves.begin();
      transitions.pb_index.push_back(set.batch.leaf_offset[row] + position);
    }
  }
  transitions.pb_offset.push_back(static_cast<std::int64_t>(transitions.pb_index.size()));
}

Transitions collect_transitions(const Environment& environment, const StateSet& set,
                                const Visits& visits, std::span<const Trajectory> trajectories,
                                std::int64_t length, bool learned_backward) {
  Transitions transitions;
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    for (int t = 0; t < trajectories[b].length(); ++t) {
      const std::int64_t from = visits.state[visits.first[b] + t];
      const std::int64_t to = visits.state[visits.first[b] + t + 1];
      const std::vector<Parent>& parents = set.parents[to];
      const Parent& parent = find_parent(parents, set.states[from]);
      transitions.slot.push_back(static_cast<std::int64_t>(b) * length + t);
      transitions.actions.add(set.network_row[from], parent.actions);
      transitions.uniform_log_pb.push_back(-std::log(static_cast<float>(parents.size())));
      if (learned_backward) add_leaves(environment, set, to, parent, transitions);
    }
  }
  return transitions;
}

// [K] values placed at their slots of a [B, T] matrix of zeros.
torch::Tensor place_in_matrix(const torch::Tensor& values, const torch::Tensor& slots,
                              std::int64_t rows, std::int64_t columns) {
  return torch::zeros({rows * columns}, values.options())
      .index_add(0, slots, values)
      .view({rows, columns});
}

torch::Tensor backward_log_probability(const PolicyOutput& output, const StateBatch& batch,
                                       const Transitions& transitions) {
  const torch::Tensor chosen =
      ragged_logsumexp(output.backward_logits.index_select(0, index_tensor(transitions.pb_index)),
                       transitions.pb_offset);
  const torch::Tensor normaliser = ragged_logsumexp(output.backward_logits, batch.leaf_offset)
                                       .index_select(0, index_tensor(transitions.child_row));
  const torch::Tensor is_move =
      torch::tensor(transitions.is_move).to(output.backward_logits.scalar_type());
  return torch::where(is_move > 0, chosen - normaliser, torch::zeros_like(chosen));
}

// [B, T] of the transitions of trajectories, padded with zeros.
template <typename Value, typename Of>
torch::Tensor transition_matrix(std::span<const Trajectory> trajectories, std::int64_t length,
                                torch::ScalarType dtype, Of&& of) {
  const auto rows = static_cast<std::int64_t>(trajectories.size());
  torch::Tensor matrix = torch::zeros({rows, length}, dtype);
  auto* values = matrix.data_ptr<Value>();
  for (std::int64_t b = 0, k = 0; b < rows; ++b) {
    for (int t = 0; t < trajectories[b].length(); ++t) values[b * length + t] = of(k++);
  }
  return matrix;
}

// [B, T + 1]: the network's log F of states, log R of terminals, 0 after them.
torch::Tensor flow_matrix(const torch::Tensor& log_flow, const torch::Tensor& log_reward,
                          const StateSet& set, const Visits& visits,
                          std::span<const Trajectory> trajectories, std::int64_t length) {
  const auto rows = static_cast<std::int64_t>(trajectories.size());
  const std::int64_t first_reward = log_flow.size(0), zero = first_reward + rows;
  std::vector<std::int64_t> index(rows * (length + 1), zero);
  for (std::int64_t b = 0; b < rows; ++b) {
    for (int t = 0; t <= trajectories[b].length(); ++t) {
      const std::int64_t row = set.network_row[visits.state[visits.first[b] + t]];
      index[b * (length + 1) + t] = row >= 0 ? row : first_reward + b;
    }
  }
  return torch::cat({log_flow, log_reward, torch::zeros({1}, log_flow.options())})
      .index_select(0, index_tensor(index))
      .view({rows, length + 1});
}

ScoredBatch score(const Environment& environment, const StateSet& set, const Visits& visits,
                  const PolicyOutput& output, std::span<const Trajectory> trajectories,
                  std::span<const double> log_reward, bool learned_backward) {
  const auto rows = static_cast<std::int64_t>(trajectories.size());
  std::int64_t length = 0;
  for (const Trajectory& trajectory : trajectories) {
    length = std::max<std::int64_t>(length, trajectory.length());
  }
  const Transitions transitions =
      collect_transitions(environment, set, visits, trajectories, length, learned_backward);

  const auto dtype = output.place_logits.scalar_type();
  const torch::Tensor slots = index_tensor(transitions.slot);
  const torch::Tensor log_pf = ActionDistribution(output, set.batch).log_prob(transitions.actions);

  ScoredBatch scored;
  scored.log_pf = place_in_matrix(log_pf, slots, rows, length);
  scored.log_pb =
      learned_backward
          ? place_in_matrix(backward_log_probability(output, set.batch, transitions), slots, rows,
                            length)
          : transition_matrix<float>(trajectories, length, torch::kFloat32, [&](std::int64_t k) {
              return transitions.uniform_log_pb[k];
            }).to(dtype);
  scored.log_reward =
      torch::tensor(std::vector<double>(log_reward.begin(), log_reward.end()), torch::kFloat64)
          .to(dtype);
  scored.mask = transition_matrix<bool>(trajectories, length, torch::kBool,
                                        [](std::int64_t) { return true; });
  scored.log_flow =
      flow_matrix(output.log_flow, scored.log_reward, set, visits, trajectories, length);
  return scored;
}

}  // namespace

ScoredBatch score_trajectories(const Environment& environment, Policy& policy,
                               std::span<const Trajectory> trajectories,
                               std::span<const double> log_reward, bool learned_backward) {
  FRAGFLOW_CHECK(trajectories.size() == log_reward.size(), "{} trajectories, {} rewards",
                 trajectories.size(), log_reward.size());
  const BatchConditions conditions(trajectories);
  const auto [set, visits] =
      collect_states(environment, trajectories, conditions, learned_backward);
  ScoredBatch scored = score(environment, set, visits, policy.forward(set.batch), trajectories,
                             log_reward, learned_backward);
  if (conditions.features.defined()) scored.group = index_tensor(conditions.group);
  return scored;
}

}  // namespace fragflow
