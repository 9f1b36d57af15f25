// Generative augmented flow networks (Pan et al., ICLR 2023): balance with intrinsic rewards r(s),
// which are numbers here (no gradient). Moves are s_0 .. s_n, then stop to x.
//
// With r held fixed, edge and joint have an exact solution,
//   F(s) = T(s) + sum over children s' of [P_B(s | s') F(s') + r(s')],
// T = R (edge) or R + r (joint), where residuals are 0. It is not R / Z: the bias vanishes as r
// does. Terminal solves R + r instead of R. Node's reward depends on the path, and no exact
// solution is claimed.
#pragma once

#include "src/gfn/objectives.hpp"

namespace fragflow {

// Z prod P_F = R(x) prod [P_B(s_t | s_{t+1}) + r(s_{t+1}) / F(s_{t+1})] over the moves, [B] (eq.
// 4).
Residuals edge_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
// The same with R(x) + r(s_n) for R(x) (eq. 6 and the released code).
Residuals joint_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
// Z prod P_F = (R(x) + r(s_n)) prod P_B, [B].
Residuals terminal_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
// Z prod P_F = (R(x) + sum over t = 0 .. n of r(s_t)) prod P_B, [B].
Residuals node_balance(const ScoredBatch& batch, const torch::Tensor& log_z);

// log F(s) + log P_F - log(F(s') P_B + r(s')) on moves, [B, T]; stop as in detailed balance,
// against log R (edge) or log(R + r(s_n)) (joint).
Residuals edge_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
Residuals joint_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z);

// log r, for sums of logarithms: r = 0 gives a number that changes no sum.
torch::Tensor log_intrinsic(const torch::Tensor& intrinsic);

}  // namespace fragflow
