// Training objectives as pure functions of a scored batch: no environment, network or random
// numbers. Each gives residuals that vanish at the solution p(x) = R(x) / Z; the loss is the
// weighted mean of g(residual). Moves are s_0 .. s_n, then stop to x.
#pragma once

#include "models/torch.hpp"

#include "src/gfn/scoring.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// Residuals and their non-negative weights, same shape; weights sum to 1 (flow matching: to
// 1 + leaf_coefficient).
struct Residuals {
  torch::Tensor value;
  torch::Tensor weight;
  // Detached: the batch's own estimate of log Z, if the objective makes one. Scalar; with
  // conditions [B], for each trajectory's condition.
  torch::Tensor log_z;
  // Added to the loss; undefined: nothing.
  torch::Tensor extra_loss = {};
};

// log_z below: a single value, [1], or that of each trajectory's condition, [B].

// log Z + sum log P_F - log R - sum log P_B, [B] (Malkin et al., NeurIPS 2022).
Residuals trajectory_balance(const ScoredBatch& batch, const torch::Tensor& log_z);

// The same with log Z replaced by the batch mean of log R + sum log P_B - sum log P_F, [B] (Richter
// et al. 2020; Zhang et al. 2023); the mean is over trajectories of the same batch.group, since log
// Z depends on the condition. Needs no learned log Z, which is far off early in a run on a steep
// reward and then drives the policy into a corner.
Residuals log_partition_variance(const ScoredBatch& batch);

// log of the mean of P_F / P_B over the `paths` trajectories to an object - log R, minus its mean
// over objects, [B / paths]. Rows k paths .. (k + 1) paths - 1 lead to object k and are drawn by
// P_B, so that the mean of P_F / P_B is an unbiased estimate of p(x). Only p(x) must be
// proportional to R: how it is divided among the trajectories to x is left to the policy, where
// trajectory balance fixes it by P_B. P_B is taken as given. The logarithm of a mean of few is
// biased; the bias vanishes where P_F / P_B is the same on all trajectories to x.
Residuals evidence_variance(const ScoredBatch& batch, int paths);

// log F(s) + log P_F - log F(s') - log P_B on every transition, [B, T] (Bengio et al. 2023).
// log F(s_0) is log_z; log F(x) = log R(x).
Residuals detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z);

// Sub-trajectory balance (Madan et al., ICML 2023): all i < j, weight lambda^(j - i), normalised
// over all sub-trajectories of the batch; [B, T + 1, T + 1].
Residuals subtrajectory_balance(const ScoredBatch& batch, const torch::Tensor& log_z,
                                double lambda);

// Forward-looking balance (Pan et al., ICML 2023): F(s) = exp(-E(s)) F~(s) with E(s) = -log R(s) of
// the unfinished object and E(s_0) = 0; batch.log_flow holds the learned log F~. At a terminal x (a
// node different from the state it stops from) F~ is fixed to 1, so that log F(x) = log R(x): if F~
// were learned there too, the sampled distribution would not be R / Z. log_z is log F~(s_0). The
// residuals are those of detailed and of sub-trajectory balance with these F.
Residuals forward_looking_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z);
Residuals forward_looking_subtrajectory_balance(const ScoredBatch& batch,
                                                const torch::Tensor& log_z, double lambda);

// sum of weight * g(value): g = square (x^2), huber (Huber's function times 2: x^2 near 0) or linex
// (2 (e^-x + x - 1), also x^2 near 0; Hu et al., ICLR 2025), continued below x = -3 by its tangent.
torch::Tensor loss(const Residuals& residuals, const ObjectiveConfig& config);

}  // namespace fragflow
