#include "src/gfn/random_learner.hpp"

#include <limits>

#include "models/policy.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {
namespace {

class UniformPolicy : public Policy {
 public:
  PolicyOutput forward(const StateBatch& batch) override {
    PolicyOutput output;
    output.place_logits = torch::zeros({batch.place_mask.size(0), batch.place_mask.size(1)});
    output.stop_logits = torch::zeros({batch.num_states});
    output.log_flow = torch::zeros({batch.num_states});
    return output;
  }
};

}  // namespace

RandomLearner::RandomLearner(const Environment& environment, Reward& reward,
                             const TrainingConfig& training, std::uint64_t seed)
    : environment_(environment),
      reward_(reward),
      training_(training),
      seed_(mix_seed(seed, "training")),
      policy_(std::make_shared<UniformPolicy>()) {}

double RandomLearner::log_z() const { return std::numeric_limits<double>::quiet_NaN(); }

StepResult RandomLearner::step() {
  StepResult result;
  result.visited.trajectories = sample_uniform_trajectories(
      environment_, training_.batch_size, seed_, static_cast<std::uint64_t>(steps_done_));
  result.visited.rewards = evaluate_ends(reward_, result.visited.trajectories);
  result.step = ++steps_done_;
  result.log_z = log_z();
  return result;
}

std::vector<Trajectory> RandomLearner::sample(std::int64_t count, std::uint64_t seed,
                                              std::uint64_t stream, const Exploration&) {
  return sample_uniform_trajectories(environment_, count, seed, stream);
}

void RandomLearner::save(SafetensorsFile& file) const {
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
}

void RandomLearner::load(const SafetensorsFile& file) {
  steps_done_ = *file.at("steps_done").int64s("steps_done");
}

}  // namespace fragflow
