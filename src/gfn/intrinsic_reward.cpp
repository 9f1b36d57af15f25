#include "src/gfn/intrinsic_reward.hpp"

#include "models/make_policy.hpp"
#include "src/base/check.hpp"

namespace fragflow {

IntrinsicReward::IntrinsicReward(const Environment& environment, const ObjectiveConfig& config,
                                 std::uint64_t seed)
    : environment_(environment),
      scale_(config.intrinsic_scale),
      learning_rate_(config.intrinsic_learning_rate),
      network_(environment.shape(), config.intrinsic_width, seed),
      optimiser_(network_.trainable(), {}) {}

torch::Tensor IntrinsicReward::values(const std::vector<State>& states) {
  novelty_ = network_.novelty(make_state_batch(environment_, states, /*with_leaves=*/false));
  return scale_ * novelty_.detach();
}

void IntrinsicReward::learn() {
  FRAGFLOW_CHECK(novelty_.defined(), "learn() without values()");
  optimiser_.zero_grad();
  novelty_.mean().backward();
  optimiser_.step(learning_rate_);
  novelty_ = torch::Tensor();
}

void IntrinsicReward::save(SafetensorsFile& file) const {
  save_parameters(network_, file, "intrinsic");
  optimiser_.save(file, "intrinsic_optimiser");
}

void IntrinsicReward::load(const SafetensorsFile& file) {
  load_parameters(network_, file, "intrinsic");
  optimiser_.load(file, "intrinsic_optimiser");
}

}  // namespace fragflow
