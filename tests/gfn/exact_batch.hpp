// Solutions on enumerated worlds as batches of trajectories.
#pragma once

#include <functional>
#include <vector>

#include "src/gfn/sampler.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {

inline torch::Tensor doubles(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat64);
}

// 50 uniformly random trajectories with the log P_F, log P_B and log F of `flow`. log_reward: per
// terminal of the graph.
inline ScoredBatch exact_batch(const Environment& environment, const StateGraph& graph,
                               const ExactFlow& flow, std::span<const double> log_reward,
                               const std::vector<Trajectory>& trajectories) {
  const auto index = index_of_states(graph);
  const auto rows = static_cast<std::int64_t>(trajectories.size());
  const int length = environment.max_length();
  ScoredBatch batch;
  batch.log_pf = torch::zeros({rows, length}, torch::kFloat64);
  batch.log_pb = torch::zeros({rows, length}, torch::kFloat64);
  batch.log_flow = torch::zeros({rows, length + 1}, torch::kFloat64);
  batch.log_reward = torch::zeros({rows}, torch::kFloat64);
  batch.mask = torch::zeros({rows, length}, torch::kBool);
  for (std::int64_t b = 0; b < rows; ++b) {
    const std::vector<State>& states = trajectories[b].states;
    for (int t = 0; t <= trajectories[b].length(); ++t) {
      const std::int64_t here = index.at(states[t]);
      const bool is_terminal = here >= graph.num_internal;
      batch.log_flow[b][t] =
          is_terminal ? log_reward[here - graph.num_internal] : flow.log_flow[here];
      if (is_terminal) batch.log_reward[b] = log_reward[here - graph.num_internal];
      if (t == trajectories[b].length()) break;
      const std::int64_t next = index.at(states[t + 1]);
      for (std::int64_t e = graph.edge_begin[here]; e < graph.edge_begin[here + 1]; ++e) {
        if (graph.edge_child[e] != next) continue;
        batch.log_pf[b][t] = flow.edge_log_pf[e];
        batch.log_pb[b][t] = flow.edge_log_pb[e];
      }
      batch.mask[b][t] = true;
    }
  }
  return batch;
}

inline std::vector<Trajectory> random_trajectories(const Environment& environment) {
  return sample_uniform_trajectories(environment, /*count=*/50, /*seed=*/0, /*stream=*/0);
}

// [B, T + 1] of a function of the states, which are given not stopped; 0 beyond a trajectory's end.
inline torch::Tensor state_values(const std::vector<Trajectory>& trajectories, std::int64_t width,
                                  const std::function<double(const State&)>& value) {
  const auto rows = static_cast<std::int64_t>(trajectories.size());
  torch::Tensor values = torch::zeros({rows, width}, torch::kFloat64);
  for (std::int64_t b = 0; b < rows; ++b) {
    for (std::size_t t = 0; t < trajectories[b].states.size(); ++t) {
      State state = trajectories[b].states[t];
      state.stopped = false;
      values[b][static_cast<std::int64_t>(t)] = value(state);
    }
  }
  return values;
}

inline double as_double(const torch::Tensor& scalar) { return scalar.item<double>(); }

}  // namespace fragflow
