// Edge flows of the states of trajectories, for flow matching: the policy's logits are log F(s, a),
// so that sampling from their softmax is sampling in proportion to F, and log Z is the log of the
// sum of F(s_0, a).
#pragma once

#include <span>

#include "envs/environment.hpp"
#include "models/policy.hpp"
#include "src/gfn/flow_matching.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

// Complete trajectories. K visits of states other than s_0 and X = B objects, in order of
// trajectory and step; repeated visits of a state count separately, but its inflow is computed
// once. The inflow of a state is summed over all its (parent, action) pairs, visited or not.
// log_reward: one per trajectory. Gradients flow into the policy's parameters.
FlowBatch score_flows(const Environment& environment, Policy& policy,
                      std::span<const Trajectory> trajectories, std::span<const double> log_reward);

}  // namespace fragflow
