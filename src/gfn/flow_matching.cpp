#include "src/gfn/flow_matching.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/gfn/intrinsic_objectives.hpp"

namespace fragflow {

Residuals flow_matching(const FlowBatch& batch, double leaf_coefficient) {
  FRAGFLOW_CHECK(batch.log_in.numel() == batch.log_out.numel(), "{} inflows, {} outflows",
                 batch.log_in.numel(), batch.log_out.numel());
  FRAGFLOW_CHECK(batch.log_stop.numel() == batch.log_reward.numel() && batch.log_stop.numel() > 0,
                 "{} flows into objects, {} rewards", batch.log_stop.numel(),
                 batch.log_reward.numel());
  const torch::Tensor at_states = batch.log_in - batch.log_out;
  const torch::Tensor at_objects = batch.log_stop - batch.log_reward;
  const auto share = [](const torch::Tensor& values, double weight) {
    return torch::full_like(values, weight / std::max<double>(1, values.numel()));
  };
  return {torch::cat({at_states, at_objects}),
          torch::cat({share(at_states, 1.0), share(at_objects, leaf_coefficient)}), batch.log_z};
}

Residuals intrinsic_flow_matching(const FlowBatch& batch, double leaf_coefficient) {
  FRAGFLOW_CHECK(batch.intrinsic.defined() && batch.object_intrinsic.defined(),
                 "no intrinsic rewards");
  FlowBatch augmented = batch;
  augmented.log_out = torch::logaddexp(batch.log_out, log_intrinsic(batch.intrinsic));
  augmented.log_reward = torch::logaddexp(batch.log_reward, log_intrinsic(batch.object_intrinsic));
  return flow_matching(augmented, leaf_coefficient);
}

}  // namespace fragflow
