#include "src/gfn/intrinsic_objectives.hpp"

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr double kSmallestIntrinsic = 1e-30;

// Replaces P_B by P_B + r(s') / F(s') on every move; the transition into the terminal is unchanged.
ScoredBatch with_edge_rewards(ScoredBatch batch) {
  FRAGFLOW_CHECK(batch.intrinsic.defined(), "no intrinsic rewards");
  const std::int64_t moves = batch.mask.size(1) - 1;
  if (moves <= 0) return batch;
  const torch::Tensor ratio =
      log_intrinsic(batch.intrinsic.narrow(1, 1, moves)) - batch.log_flow.narrow(1, 1, moves);
  const torch::Tensor log_pb = batch.log_pb.narrow(1, 0, moves);
  // A transition followed by another one is a move.
  const torch::Tensor is_move = batch.mask.narrow(1, 1, moves);
  batch.log_pb = torch::cat({torch::where(is_move, torch::logaddexp(log_pb, ratio), log_pb),
                             batch.log_pb.narrow(1, moves, 1)},
                            1);
  return batch;
}

// Replaces R by R + extra. extra: [B].
ScoredBatch with_added_reward(ScoredBatch batch, const torch::Tensor& extra) {
  batch.log_reward = torch::logaddexp(batch.log_reward, log_intrinsic(extra));
  const torch::Tensor end = batch.mask.sum(1, /*keepdim=*/true);
  const torch::Tensor at_end = torch::arange(batch.log_flow.size(1)).unsqueeze(0) == end;
  batch.log_flow = torch::where(at_end, batch.log_reward.unsqueeze(1), batch.log_flow);
  return batch;
}

// r of the finished object, [B].
torch::Tensor last_intrinsic(const ScoredBatch& batch) {
  FRAGFLOW_CHECK(batch.intrinsic.defined(), "no intrinsic rewards");
  return batch.intrinsic.gather(1, batch.mask.sum(1, /*keepdim=*/true)).squeeze(1);
}

}  // namespace

torch::Tensor log_intrinsic(const torch::Tensor& intrinsic) {
  return intrinsic.clamp_min(kSmallestIntrinsic).log();
}

Residuals edge_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  return trajectory_balance(with_edge_rewards(batch), log_z);
}

Residuals joint_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  return edge_balance(with_added_reward(batch, last_intrinsic(batch)), log_z);
}

Residuals terminal_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  return trajectory_balance(with_added_reward(batch, last_intrinsic(batch)), log_z);
}

Residuals node_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  FRAGFLOW_CHECK(batch.intrinsic.defined(), "no intrinsic rewards");
  const torch::Tensor along = batch.intrinsic.narrow(1, 0, batch.mask.size(1));
  const torch::Tensor sum = torch::where(batch.mask, along, torch::zeros_like(along)).sum(1);
  return trajectory_balance(with_added_reward(batch, sum), log_z);
}

Residuals edge_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  return detailed_balance(with_edge_rewards(batch), log_z);
}

Residuals joint_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  return edge_detailed_balance(with_added_reward(batch, last_intrinsic(batch)), log_z);
}

}  // namespace fragflow
