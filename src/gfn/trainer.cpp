#include "src/gfn/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/objectives.hpp"

namespace fragflow {
namespace {

// Weight of the newest batch in the running mean of log Z, where the objective estimates it.
constexpr double kEstimateShare = 0.05;

std::vector<double> log_rewards_of(const std::vector<RewardResult>& rewards) {
  std::vector<double> log_rewards;
  for (const RewardResult& reward : rewards) {
    if (!std::isfinite(reward.log_reward)) {
      user_error("the reward of '{}' is not finite (log R = {}); set a floor in [reward]",
                 reward.object, reward.log_reward);
    }
    log_rewards.push_back(reward.log_reward);
  }
  return log_rewards;
}

}  // namespace

Trainer::Trainer(const Environment& environment, Reward& reward,
                 std::unique_ptr<TrajectorySource> source, const PolicyConfig& policy,
                 const ObjectiveConfig& objective, const TrainingConfig& training,
                 std::uint64_t seed)
    : environment_(environment),
      source_(std::move(source)),
      objective_(objective),
      training_(training),
      policy_(make_policy(environment.shape(), policy, mix_seed(seed, "policy"))),
      criterion_(environment, reward, objective, policy.learned_backward, seed),
      log_z_(torch::full({1}, training.log_z_initial, torch::kFloat32)) {
  log_z_.set_requires_grad(true);
  const AdamSettings settings{training.adam_beta1, training.adam_beta2, training.adam_epsilon};
  policy_optimiser_ = std::make_unique<Adam>(policy_->parameters(), settings);
  log_z_optimiser_ = std::make_unique<Adam>(std::vector<torch::Tensor>{log_z_}, settings);
  if (training.ema > 0) {
    averaged_ = make_policy(environment.shape(), policy, mix_seed(seed, "policy"));
  }
}

Trainer::Trainer(const Environment& environment, Reward& reward, const PolicyConfig& policy,
                 const ObjectiveConfig& objective, const TrainingConfig& training,
                 const ExplorationConfig& exploration, std::uint64_t seed)
    : Trainer(environment, reward, make_source(environment, reward, exploration, training, seed),
              policy, objective, training, seed) {}

double Trainer::log_z() const { return log_z_.item<float>(); }

double Trainer::schedule() const {
  const double done =
      std::min(1.0, static_cast<double>(steps_done_) / static_cast<double>(training_.steps));
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
  return training_.learning_rate_final + (1.0 - training_.learning_rate_final) * cosine;
}

StepResult Trainer::step() {
  SourceBatch batch = source_->draw(observer().watch(*sampling_policy()), steps_done_, observer());
  StepResult result;
  update(batch.learn, result);
  result.step = ++steps_done_;
  result.visited = std::move(batch.visited);
  return result;
}

void Trainer::update(const Experience& experience, StepResult& result) {
  const Residuals balance =
      criterion_.residuals(observer().watch(*policy_), experience.trajectories,
                           log_rewards_of(experience.rewards), log_z_, steps_done_);
  const torch::Tensor loss_value = loss(balance, objective_);
  result.loss = loss_value.item().toDouble();
  observer().phase_done(StepPhase::kScoring);

  policy_optimiser_->zero_grad();
  log_z_optimiser_->zero_grad();
  loss_value.backward();
  observer().phase_done(StepPhase::kBackward);
  result.gradient_norm = policy_optimiser_->gradient_norm();
  if (!std::isfinite(result.loss) || !std::isfinite(result.gradient_norm)) {
    user_error(
        "step {}: the loss ({}) or its gradient ({}) is not finite; lower learning_rate, or "
        "raise the reward's floor",
        steps_done_ + 1, result.loss, result.gradient_norm);
  }
  const bool clip = training_.gradient_clip > 0 && result.gradient_norm > training_.gradient_clip;
  policy_optimiser_->step(training_.learning_rate * schedule(),
                          clip ? training_.gradient_clip / result.gradient_norm : 1.0);
  if (balance.log_z.defined()) {
    follow_estimate(balance.log_z);
  } else {
    log_z_optimiser_->step(training_.log_z_learning_rate * schedule());
  }
  criterion_.learn();
  update_average();
  result.log_z = log_z();
  observer().phase_done(StepPhase::kOptimiser);
}

std::vector<Trajectory> Trainer::sample(std::int64_t count, std::uint64_t seed,
                                        std::uint64_t stream, const Exploration& exploration) {
  return sample_trajectories(environment_, *sampling_policy(), count, seed, stream, exploration);
}

std::int64_t Trainer::num_parameters() const { return fragflow::num_parameters(*policy_); }

void Trainer::follow_estimate(const torch::Tensor& estimate) {
  torch::NoGradGuard no_grad;
  const double share = steps_done_ == 0 ? 1.0 : kEstimateShare;
  log_z_.mul_(1.0 - share).add_(estimate.to(log_z_.scalar_type()), share);
}

void Trainer::update_average() {
  if (!averaged_) return;
  torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> raw = policy_->parameters();
  const std::vector<torch::Tensor> averaged = averaged_->parameters();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    averaged[i].mul_(training_.ema).add_(raw[i], 1.0 - training_.ema);
  }
}

void Trainer::save(SafetensorsFile& file) const {
  save_parameters(*policy_, file, "policy");
  if (averaged_) save_parameters(*averaged_, file, "averaged");
  file.tensors["log_z"] = TensorData::from_floats({1}, log_z_.data_ptr<float>());
  policy_optimiser_->save(file, "policy_optimiser");
  log_z_optimiser_->save(file, "log_z_optimiser");
  criterion_.save(file);
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
  source_->save(file);
}

void Trainer::load_weights(const SafetensorsFile& file) {
  torch::NoGradGuard no_grad;
  load_parameters(*policy_, file, "policy");
  if (averaged_) {
    const bool has_average =
        file.tensors.contains("averaged." + averaged_->named_parameters().begin()->key());
    load_parameters(*averaged_, file, has_average ? "averaged" : "policy");
  }
  log_z_.fill_(file.at("log_z").floats("log_z")[0]);
}

void Trainer::load(const SafetensorsFile& file) {
  load_weights(file);
  policy_optimiser_->load(file, "policy_optimiser");
  log_z_optimiser_->load(file, "log_z_optimiser");
  criterion_.load(file);
  steps_done_ = *file.at("steps_done").int64s("steps_done");
  source_->load(file);
}

}  // namespace fragflow
