// Flow matching (Bengio et al., NeurIPS 2021) as a pure function of flows, like objectives.hpp.
#pragma once

#include "models/torch.hpp"

#include "src/gfn/objectives.hpp"

namespace fragflow {

// Natural logarithms. K states other than s_0, X finished objects.
struct FlowBatch {
  torch::Tensor log_in;      // [K] log of the sum of F(s', a) over all (s', a) that lead to s
  torch::Tensor log_out;     // [K] log of the sum of F(s, a) over the actions of s, stop included
  torch::Tensor log_stop;    // [X] log of the flow into x: log F(s, stop) where stop is an action
  torch::Tensor log_reward;  // [X]
  torch::Tensor log_z = {};  // scalar, detached: log of the sum of F(s_0, a)
  // Undefined unless used by the objective (filled by ObjectiveEvaluator):
  torch::Tensor intrinsic = {};         // [K] r(s)
  torch::Tensor object_intrinsic = {};  // [X] r of the object
};

// log_in - log_out at states and log_stop - log_reward at objects, [K + X]. Weights: 1 / K and
// leaf_coefficient / X, so that the loss is the mean over states + leaf_coefficient * the mean over
// objects. All residuals vanish if and only if p(x) = R(x) / Z, provided that the batch holds every
// state. If K = 0 (every trajectory stops at s_0), the mean over objects remains.
Residuals flow_matching(const FlowBatch& batch, double leaf_coefficient);

// Intrinsic rewards (Pan et al., ICLR 2023; as in the released code for molecules): log_in -
// log(out + r(s)) at states, log_stop - log(R + r) at objects. For fixed r all vanish if in(s) =
// sum over children of [P_B in(s')] + (R + r of the object) + r(s). This solution is not R / Z; the
// bias vanishes as r does.
Residuals intrinsic_flow_matching(const FlowBatch& batch, double leaf_coefficient);

}  // namespace fragflow
