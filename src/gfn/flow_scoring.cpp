#include "src/gfn/flow_scoring.hpp"

#include "envs/parents.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {
namespace {

// The states of the trajectories whose flows are compared: all except s_0.
struct FlowVisits {
  std::vector<const State*> states;
  std::vector<std::int64_t> unfinished, finished;  // positions in `states`
};

FlowVisits collect_visits(const Environment& environment,
                          std::span<const Trajectory> trajectories) {
  FlowVisits visits;
  for (const Trajectory& trajectory : trajectories) {
    for (std::size_t t = 1; t < trajectory.states.size(); ++t) {
      const State& state = trajectory.states[t];
      auto& list = environment.is_terminal(state) ? visits.finished : visits.unfinished;
      list.push_back(static_cast<std::int64_t>(visits.states.size()));
      visits.states.push_back(&state);
    }
  }
  return visits;
}

// The inflow of the distinct states, and the states that the network has to evaluate.
struct Inflow {
  std::vector<std::vector<Parent>> parents;  // per distinct state
  DistinctStates network;                    // s_0, unfinished states, all parents
  std::vector<std::int64_t> own_row;         // per distinct state: its row, 0 for terminals
  std::vector<std::vector<std::int64_t>> parent_row;  // per distinct state and parent
};

Inflow collect_inflow(const Environment& environment, const std::vector<State>& states) {
  Inflow inflow;
  inflow.parents.resize(states.size());
  parallel_for(
      static_cast<std::int64_t>(states.size()),
      [&](std::int64_t i) { inflow.parents[i] = distinct_parents(environment, states[i]); },
      kShortBodies);
  const State start = environment.initial_state();
  std::vector<const State*> seen = {&start};
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!environment.is_terminal(states[i])) seen.push_back(&states[i]);
    for (const Parent& parent : inflow.parents[i]) seen.push_back(&parent.state);
  }
  inflow.network = distinct_states(seen);
  inflow.parent_row.resize(states.size());
  std::size_t next = 1;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const bool terminal = environment.is_terminal(states[i]);
    inflow.own_row.push_back(terminal ? 0 : inflow.network.row[next++]);
    for (std::size_t k = 0; k < inflow.parents[i].size(); ++k) {
      inflow.parent_row[i].push_back(inflow.network.row[next++]);
    }
  }
  return inflow;
}

// The edges into states, one state after the other.
struct IncomingEdges {
  std::vector<std::int64_t> offset = {0}, index;  // [distinct states + 1], flat indices
};

IncomingEdges incoming_edges(const Inflow& inflow, const ActionDistribution& flows) {
  IncomingEdges edges;
  for (std::size_t i = 0; i < inflow.parents.size(); ++i) {
    for (std::size_t k = 0; k < inflow.parents[i].size(); ++k) {
      for (const Action action : inflow.parents[i][k].actions) {
        edges.index.push_back(flows.flat_index(inflow.parent_row[i][k], action));
      }
    }
    edges.offset.push_back(static_cast<std::int64_t>(edges.index.size()));
  }
  return edges;
}

}  // namespace

FlowBatch score_flows(const Environment& environment, Policy& policy,
                      std::span<const Trajectory> trajectories,
                      std::span<const double> log_reward) {
  const FlowVisits visits = collect_visits(environment, trajectories);
  FRAGFLOW_CHECK(visits.finished.size() == log_reward.size(), "{} objects, {} rewards",
                 visits.finished.size(), log_reward.size());
  const DistinctStates distinct = distinct_states(visits.states);
  const Inflow inflow = collect_inflow(environment, distinct.states);
  const StateBatch batch =
      make_state_batch(environment, inflow.network.states, /*with_leaves=*/false);
  const PolicyOutput output = policy.forward(batch);
  const ActionDistribution flows(output, batch);

  // The logits are log F of edges: sums over those into a state and those out of it.
  const IncomingEdges edges = incoming_edges(inflow, flows);
  const ActionTerms terms = flows.terms(edges.index);

  // From distinct states to visits.
  const torch::Tensor row = index_tensor(distinct.row);
  const torch::Tensor log_in = ragged_logsumexp(terms.logits, edges.offset).index_select(0, row);
  const torch::Tensor log_out =
      terms.log_normaliser.index_select(0, index_tensor(inflow.own_row)).index_select(0, row);
  const torch::Tensor unfinished = index_tensor(visits.unfinished);
  FlowBatch scored;
  scored.log_in = log_in.index_select(0, unfinished);
  scored.log_out = log_out.index_select(0, unfinished);
  scored.log_stop = log_in.index_select(0, index_tensor(visits.finished));
  scored.log_reward =
      torch::tensor(std::vector<double>(log_reward.begin(), log_reward.end()), torch::kFloat64)
          .to(log_in.scalar_type());
  scored.log_z = terms.log_normaliser[0].detach();
  return scored;
}

}  // namespace fragflow
