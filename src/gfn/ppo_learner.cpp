#include "src/gfn/ppo_learner.hpp"

#include <cmath>
#include <limits>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/optimisation.hpp"
#include "src/gfn/scoring.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {
namespace {

// Indices of the true entries of mask [B, T] in its flattened form, [K].
torch::Tensor real_entries(const torch::Tensor& mask) {
  return mask.reshape({-1}).nonzero().squeeze(1);
}

}  // namespace

torch::Tensor action_entropies(const Environment& environment, Policy& policy,
                               std::span<const State> states) {
  const StateBatch batch = make_state_batch(environment, states, /*with_leaves=*/false);
  return ActionDistribution(policy.forward(batch), batch).entropy();
}

torch::Tensor ppo_loss(const PpoTerms& terms, const PpoConfig& config) {
  torch::Tensor advantage = (terms.gain - terms.old_value).detach();
  const torch::Tensor deviation = (advantage - advantage.mean()).square().mean().sqrt();
  advantage = advantage / (deviation + 1e-8);
  const torch::Tensor ratio = (terms.log_pf - terms.old_log_pf.detach()).exp();
  const torch::Tensor clipped = ratio.clamp(1.0 - config.clip, 1.0 + config.clip);
  const torch::Tensor surrogate = torch::minimum(ratio * advantage, clipped * advantage).mean();
  const torch::Tensor value_error = (terms.gain - terms.value).square().mean();
  return -surrogate + config.value_weight * value_error - config.entropy * terms.entropy.mean();
}

PpoLearner::PpoLearner(const Environment& environment, Reward& reward, const PolicyConfig& policy,
                       const PpoConfig& ppo, const TrainingConfig& training, std::uint64_t seed)
    : environment_(environment),
      reward_(reward),
      ppo_(ppo),
      training_(training),
      seed_(mix_seed(seed, "training")),
      policy_(make_policy(environment.shape(), policy, mix_seed(seed, "policy"))) {
  optimiser_ = std::make_unique<Adam>(policy_->parameters(), adam_settings(training));
}

double PpoLearner::log_z() const { return std::numeric_limits<double>::quiet_NaN(); }
std::int64_t PpoLearner::num_parameters() const { return fragflow::num_parameters(*policy_); }

StepResult PpoLearner::step() {
  StepResult result;
  result.visited.trajectories =
      sample(training_.batch_size, seed_, static_cast<std::uint64_t>(steps_done_), Exploration{});
  result.visited.rewards = evaluate_ends(reward_, result.visited.trajectories);
  update(result.visited, result);
  result.step = ++steps_done_;
  result.log_z = log_z();
  return result;
}

void PpoLearner::update(const Experience& experience, StepResult& result) {
  const std::vector<double> log_rewards = finite_log_rewards(experience.rewards);
  std::vector<double> gains;
  for (std::size_t i = 0; i < log_rewards.size(); ++i) {
    const double gain = ppo_.reward == "reward" ? std::exp(log_rewards[i]) : log_rewards[i];
    gains.insert(gains.end(), experience.trajectories[i].length(), gain);
  }
  // One row for each true entry of ScoredBatch::mask.
  const DistinctStates starts = distinct_start_states(experience.trajectories);
  const torch::Tensor start_rows = index_tensor(starts.row);
  PpoTerms terms;
  terms.gain = torch::tensor(gains, torch::kFloat64).to(torch::kFloat32);
  for (int epoch = 0; epoch < ppo_.epochs; ++epoch) {
    const ScoredBatch scored =
        score_trajectories(environment_, *policy_, experience.trajectories, log_rewards,
                           /*learned_backward=*/false);
    const torch::Tensor entries = real_entries(scored.mask);
    const std::int64_t length = scored.mask.size(1);
    terms.log_pf = scored.log_pf.reshape({-1}).index_select(0, entries);
    terms.value = scored.log_flow.narrow(1, 0, length).reshape({-1}).index_select(0, entries);
    terms.entropy =
        action_entropies(environment_, *policy_, starts.states).index_select(0, start_rows);
    if (epoch == 0) {
      terms.old_log_pf = terms.log_pf.detach();
      terms.old_value = terms.value.detach();
    }
    const torch::Tensor loss = ppo_loss(terms, ppo_);
    const double norm = minimise(
        loss, *optimiser_, training_.learning_rate * step_size_fraction(training_, steps_done_),
        training_, fmt::format("step {}", steps_done_ + 1), observer());
    if (epoch == 0) result.loss = loss.item().toDouble(), result.gradient_norm = norm;
  }
}

std::vector<Trajectory> PpoLearner::sample(std::int64_t count, std::uint64_t seed,
                                           std::uint64_t stream, const Exploration& exploration) {
  return sample_trajectories(environment_, *policy_, count, seed, stream, exploration);
}

void PpoLearner::save(SafetensorsFile& file) const {
  save_parameters(*policy_, file, "policy");
  optimiser_->save(file, "policy_optimiser");
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
}

void PpoLearner::load(const SafetensorsFile& file) {
  load_weights(file);
  optimiser_->load(file, "policy_optimiser");
  steps_done_ = *file.at("steps_done").int64s("steps_done");
}

void PpoLearner::load_weights(const SafetensorsFile& file) {
  load_parameters(*policy_, file, "policy");
}

}  // namespace fragflow
