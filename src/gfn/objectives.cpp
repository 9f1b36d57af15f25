#include "src/gfn/objectives.hpp"

#include <cmath>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr double kLinexEnd = -3;  // below it the exponential would dominate every batch

torch::Tensor equal_weights(const torch::Tensor& values) {
  return torch::full_like(values, 1.0 / static_cast<double>(values.numel()));
}

// log Z - (log R + sum log P_B - sum log P_F) without log Z, [B].
torch::Tensor trajectory_residual(const ScoredBatch& batch) {
  return batch.log_pf.sum(1) - batch.log_reward - batch.log_pb.sum(1);
}

// The mean over each group, for each member of it, [B].
torch::Tensor group_mean(const torch::Tensor& values, const torch::Tensor& group) {
  const std::int64_t count = group.max().item<std::int64_t>() + 1;
  const torch::Tensor zeros = torch::zeros({count}, values.options());
  const torch::Tensor sizes = zeros.index_add(0, group, torch::ones_like(values));
  return (zeros.index_add(0, group, values) / sizes).index_select(0, group);
}

// log F with log F(s_0) replaced by log Z, [B, T + 1].
torch::Tensor flows(const ScoredBatch& batch, const torch::Tensor& log_z) {
  const torch::Tensor start = log_z.view({-1, 1}).expand({batch.log_flow.size(0), 1});
  return torch::cat({start, batch.log_flow.narrow(1, 1, batch.log_flow.size(1) - 1)}, 1);
}

// Replaces log F~ by log F = log F~ - E; the energy of terminals is 0, so that log R is unchanged.
ScoredBatch with_energies(ScoredBatch batch) {
  FRAGFLOW_CHECK(batch.energy.defined(), "forward-looking balance needs energies");
  batch.log_flow = batch.log_flow - batch.energy;
  return batch;
}

}  // namespace

Residuals trajectory_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  const torch::Tensor value = log_z.squeeze() + trajectory_residual(batch);
  return {value, equal_weights(value), {}};
}

Residuals log_partition_variance(const ScoredBatch& batch) {
  const torch::Tensor residual = trajectory_residual(batch);
  if (batch.group.defined()) {
    const torch::Tensor mean = group_mean(residual, batch.group);
    const torch::Tensor value = residual - mean;
    return {value, equal_weights(value), -mean.detach()};
  }
  const torch::Tensor value = residual - residual.mean();
  return {value, equal_weights(value), -residual.detach().mean()};
}

Residuals evidence_variance(const ScoredBatch& batch, int paths) {
  const torch::Tensor log_ratio = (batch.log_pf - batch.log_pb.detach()).sum(1).view({-1, paths});
  const torch::Tensor log_p = torch::logsumexp(log_ratio, 1) - std::log(paths);
  const torch::Tensor residual = log_p - batch.log_reward.view({-1, paths}).select(1, 0);
  const torch::Tensor value = residual - residual.mean();
  return {value, equal_weights(value), -residual.detach().mean()};
}

Residuals detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  const torch::Tensor flow = flows(batch, log_z);
  const std::int64_t length = batch.log_pf.size(1);
  const torch::Tensor value =
      flow.narrow(1, 0, length) + batch.log_pf - flow.narrow(1, 1, length) - batch.log_pb;
  const torch::Tensor real = batch.mask.to(value.scalar_type());
  return {torch::where(batch.mask, value, torch::zeros_like(value)), real / real.sum(), {}};
}

Residuals subtrajectory_balance(const ScoredBatch& batch, const torch::Tensor& log_z,
                                double lambda) {
  const torch::Tensor flow = flows(batch, log_z);
  const std::int64_t rows = flow.size(0), nodes = flow.size(1);
  // potential_t = log F(s_t) - sum_{u < t} (log P_F - log P_B): the residual of (i, j) is
  // potential_i - potential_j.
  const torch::Tensor gain = torch::cat(
      {torch::zeros({rows, 1}, flow.options()), (batch.log_pf - batch.log_pb).cumsum(1)}, 1);
  const torch::Tensor potential = flow - gain;
  const torch::Tensor value = potential.unsqueeze(2) - potential.unsqueeze(1);
  const torch::Tensor position = torch::arange(nodes);
  const torch::Tensor distance = position.unsqueeze(0) - position.unsqueeze(1);  // j - i
  const torch::Tensor power = torch::pow(lambda, distance.clamp_min(0).to(flow.scalar_type()));
  const torch::Tensor last = batch.mask.sum(1).view({rows, 1, 1});
  const torch::Tensor real =
      (distance > 0).unsqueeze(0).logical_and(position.view({1, 1, nodes}) <= last);
  const torch::Tensor weight = torch::where(real, power.unsqueeze(0).expand(value.sizes()),
                                            torch::zeros({}, flow.options()));
  return {torch::where(real, value, torch::zeros_like(value)), weight / weight.sum(), {}};
}

Residuals forward_looking_detailed_balance(const ScoredBatch& batch, const torch::Tensor& log_z) {
  return detailed_balance(with_energies(batch), log_z);
}

Residuals forward_looking_subtrajectory_balance(const ScoredBatch& batch,
                                                const torch::Tensor& log_z, double lambda) {
  return subtrajectory_balance(with_energies(batch), log_z, lambda);
}

namespace {

torch::Tensor huber(const torch::Tensor& value, double delta) {
  const torch::Tensor size = value.abs();
  return torch::where(size <= delta, value.square(), 2.0 * delta * size - delta * delta);
}

torch::Tensor linex(const torch::Tensor& value) {
  const torch::Tensor near = value.clamp_min(kLinexEnd);
  const double slope = 2.0 * (1.0 - std::exp(-kLinexEnd));
  return 2.0 * (torch::exp(-near) + near - 1.0) + slope * (value - near);
}

}  // namespace

torch::Tensor loss(const Residuals& residuals, const ObjectiveConfig& config) {
  const torch::Tensor& value = residuals.value;
  const torch::Tensor g = config.regression == "square"  ? value.square()
                          : config.regression == "huber" ? huber(value, config.huber_delta)
                                                         : linex(value);
  const torch::Tensor mean = (residuals.weight * g).sum();
  return residuals.extra_loss.defined() ? mean + residuals.extra_loss : mean;
}

}  // namespace fragflow
