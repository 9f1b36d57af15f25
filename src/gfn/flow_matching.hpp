// Flow matching (Bengio et al., NeurIPS 2021) as a pure function of flows, like objectives.hpp.
#pragma once

#include <torch/torch.h>

#include "src/gfn/objectives.hpp"

namespace fragflow {

// Natural logarithms. K states other than s_0, X finished objects.
struct FlowBatch {
  torch::Tensor log_in;      // [K] log of the sum of F(s', a) over all (s', a) that lead to s
  torch::Tensor log_out;     // [K] log of the sum of F(s, a) over the actions of s, stop included
  torch::Tensor log_stop;    // [X] log F(s, stop)
  torch::Tensor log_reward;  // [X]
};

// log_in - log_out at states and log_stop - log_reward at objects, [K + X]. Weights: 1 / K and
// leaf_coefficient / X, so that the loss is the mean over states + leaf_coefficient * the mean over
// objects. All vanish if and only if p(x) = R(x) / Z, given that the batch holds every state.
Residuals flow_matching(const FlowBatch& batch, double leaf_coefficient);

}  // namespace fragflow
