#include "src/gfn/flow_matching.hpp"

#include "src/base/check.hpp"

namespace fragflow {

Residuals flow_matching(const FlowBatch& batch, double leaf_coefficient) {
  FRAGFLOW_CHECK(batch.log_in.numel() == batch.log_out.numel() && batch.log_in.numel() > 0,
                 "{} inflows, {} outflows", batch.log_in.numel(), batch.log_out.numel());
  FRAGFLOW_CHECK(batch.log_stop.numel() == batch.log_reward.numel() && batch.log_stop.numel() > 0,
                 "{} flows into objects, {} rewards", batch.log_stop.numel(),
                 batch.log_reward.numel());
  const torch::Tensor at_states = batch.log_in - batch.log_out;
  const torch::Tensor at_objects = batch.log_stop - batch.log_reward;
  Residuals residuals;
  residuals.value = torch::cat({at_states, at_objects});
  residuals.weight = torch::cat(
      {torch::full_like(at_states, 1.0 / static_cast<double>(at_states.numel())),
       torch::full_like(at_objects, leaf_coefficient / static_cast<double>(at_objects.numel()))});
  return residuals;
}

}  // namespace fragflow
