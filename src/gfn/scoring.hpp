// Log-probabilities of trajectories under the clean policy.
#pragma once

#include "models/torch.hpp"

#include <span>

#include "envs/environment.hpp"
#include "models/policy.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

// B trajectories, T = largest number of transitions; transition t leads from s_t to s_{t+1}, the
// last one of each complete trajectory to its terminal. Entries beyond a trajectory's end are 0.
struct ScoredBatch {
  torch::Tensor log_pf;      // [B, T]; of the child state: equivalent actions summed
  torch::Tensor log_pb;      // [B, T]; 0 for stop
  torch::Tensor log_flow;    // [B, T + 1] log F(s_t), before the terminal; log R at the terminal
  torch::Tensor log_reward;  // [B]; meaningless if a trajectory ends before a terminal
  torch::Tensor mask;        // [B, T] bool, true for real transitions
  torch::Tensor group;  // [B] int64, the same for trajectories of one condition, from 0 without
                        // gaps; undefined where trajectories have no conditions
  // Undefined unless used by the objective (filled by ObjectiveEvaluator):
  torch::Tensor energy;     // [B, T + 1] -log R(s_t) of unfinished objects; 0 at s_0 and terminals
  torch::Tensor intrinsic;  // [B, T + 1] r(s_t); at terminals r of the object before stop
};

// Trajectories may end before a terminal, and are scored under their own conditions. log_reward:
// one per trajectory. Gradients flow into the policy's parameters.
ScoredBatch score_trajectories(const Environment& environment, Policy& policy,
                               std::span<const Trajectory> trajectories,
                               std::span<const double> log_reward, bool learned_backward);

}  // namespace fragflow
