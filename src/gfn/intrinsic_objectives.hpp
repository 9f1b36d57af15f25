// Generative augmented flow networks (Pan et al., ICLR 2023): balance with intrinsic rewards r(s),
// which are constants here (no gradient). Moves are s_0 .. s_n, then stop to x.
//
// For fixed r, edge and joint have an exact solution with zero residuals,
//   F(s) = T(s) + sum over children s' of [P_B(s | s') F(s') + r(s')],
// where T = R (edge) or R + r (joint). It is not R / Z: the bias vanishes as r does. The terminal
// objective solves R + r instead of R. In the node objective the reward depends on the path, and no
// exact solution is claimed.
#pragma once

#include "src/gfn/objectives.hpp"

namespace fragflow {

// Z prod P_F = R(x) prod [P_B(s_t | s_{t+1}) + r(s_{t+1}) / F(s_{t+1})] over the moves, [B] (eq.
// 4).
Residuals edge_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
// The same with R(x) + r(s_n) instead of R(x) (eq. 6 and the released code).
Residuals joint_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
// Z prod P_F = (R(x) + r(s_n)) prod P_B, [B].
Residuals terminal_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
// Z prod P_F = (R(x) + sum over t = 0 .. n of r(s_t)) prod P_B, [B].
Residuals node_balance(const ScoredBatch& batch, const torch::Tensor& log_z);

// log F(s) + log P_F - log(F(s') P_B + r(s')) on moves, [B, T]; stop as in detailed balance,
// against log R (edge) or log(R + r(s_n)) (joint).
Residuals edge_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
Residuals joint_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z);

// log r for sums of logarithms: r = 0 gives so low a number that it does not change the sum.
torch::Tensor log_intrinsic(const torch::Tensor& intrinsic);

}  // namespace fragflow
