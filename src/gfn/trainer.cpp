#include "src/gfn/trainer.hpp"

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/batch_conditions.hpp"
#include "src/gfn/objectives.hpp"
#include "src/gfn/optimisation.hpp"
#include "src/gfn/training_blocks.hpp"

namespace fragflow {
namespace {

// [B, K] features of the trajectories' conditions; undefined if they have none.
torch::Tensor condition_features(std::span<const Trajectory> trajectories) {
  const BatchConditions conditions(trajectories);
  return conditions.of(conditions.group);
}

}  // namespace

Trainer::Trainer(const Environment& environment, Reward& reward,
                 std::unique_ptr<TrajectorySource> source, const PolicyConfig& policy,
                 const ObjectiveConfig& objective, const TrainingConfig& training,
                 std::uint64_t seed, const Condition& own, Communicator& group)
    : environment_(environment),
      reward_(reward),
      beta_(own.beta),
      source_(std::move(source)),
      objective_(objective),
      training_(training),
      policy_(make_policy(environment.shape(), policy, mix_seed(seed, "policy"), own.features)),
      evaluator_(environment, reward, objective, policy.learned_backward, seed),
      log_partition_(training, own.features, mix_seed(seed, "log Z")),
      policy_optimiser_(std::make_unique<Adam>(policy_->parameters(), adam_settings(training))) {
  if (training.ema > 0 && training.keep_best > 0) {
    user_error(
        "training.ema and training.keep_best do not go together: choose which weights sample");
  }
  if (training.beta_initial > 0 && training.keep_best > 0) {
    user_error(
        "training.beta_initial and training.keep_best do not go together: losses under different "
        "betas do not compare; use training.ema");
  }
  if (training.ema > 0 || training.keep_best > 0) {
    kept_ = make_policy(environment.shape(), policy, mix_seed(seed, "policy"), own.features);
  }
  check_blocks(objective, training, group.size());
  if (training.blocks > 1) blocks_.emplace(SharedWork{&group, training.blocks});
}

Trainer::Trainer(const Environment& environment, Reward& reward, const PolicyConfig& policy,
                 const ObjectiveConfig& objective, const TrainingConfig& training,
                 const ExplorationConfig& exploration, std::uint64_t seed,
                 const Conditioning& conditioning, Communicator& group)
    : Trainer(environment, reward,
              make_source(environment, reward, exploration, training, policy.learned_backward, seed,
                          conditioning, {}, group),
              policy, objective, training, seed, conditioning.own(), group) {}

double Trainer::log_z() const { return log_partition_.value(); }

StepResult Trainer::step() {
  SourceBatch batch = source_->draw(observer().watch(*policy_), steps_done_, observer());
  StepResult result;
  update(batch.learn, result);
  result.step = ++steps_done_;
  result.visited = std::move(batch.visited);
  return result;
}

std::vector<double> Trainer::log_rewards(const Experience& experience) const {
  std::vector<double> values = finite_log_rewards(experience.rewards);
  const double beta = beta_at(training_, beta_, steps_done_);
  if (beta == beta_) return values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = log_reward_at_beta(reward_, experience.trajectories[i].terminal(),
                                   experience.rewards[i], beta_, beta);
  }
  return values;
}

void Trainer::update(const Experience& experience, StepResult& result) {
  const torch::Tensor conditions = condition_features(experience.trajectories);
  const Residuals balance = evaluator_.residuals(
      observer().watch(*policy_), experience.trajectories, log_rewards(experience),
      log_partition_.of(conditions), steps_done_, blocks_ ? &*blocks_ : nullptr);
  const torch::Tensor loss_value = loss(balance, objective_);
  result.loss = loss_value.item().toDouble();
  observer().phase_done(StepPhase::kScoring);

  const double share = step_size_fraction(training_, steps_done_);
  log_partition_.zero_grad();
  std::function<void()> through_network;
  if (blocks_) through_network = [&] { blocks_->backward(*policy_optimiser_); };
  result.gradient_norm =
      minimise(loss_value, *policy_optimiser_, training_.learning_rate * share, training_,
               fmt::format("step {}", steps_done_ + 1), observer(), through_network);
  if (balance.log_z.defined()) {
    log_partition_.follow(conditions, balance.log_z, steps_done_, share);
  } else {
    log_partition_.step(share);
  }
  evaluator_.learn();
  update_kept(result.loss);
  result.log_z = log_z();
  observer().phase_done(StepPhase::kOptimiser);
}

std::vector<Trajectory> Trainer::sample(std::int64_t count, std::uint64_t seed,
                                        std::uint64_t stream, const Exploration& exploration) {
  return sample_trajectories(environment_, *sampling_policy(), count, seed, stream, exploration);
}

std::int64_t Trainer::num_parameters() const { return fragflow::num_parameters(*policy_); }

void Trainer::update_kept(double loss) {
  if (!kept_) return;
  double old_fraction = training_.ema;
  if (training_.keep_best > 0) {
    stretch_loss_ += loss;
    if ((steps_done_ + 1) % training_.keep_best != 0) return;
    const bool is_best = stretch_loss_ < best_stretch_loss_;
    if (is_best) best_stretch_loss_ = stretch_loss_;
    stretch_loss_ = 0;
    if (!is_best) return;
    old_fraction = 0;
  }
  torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> raw = policy_->parameters();
  const std::vector<torch::Tensor> kept = kept_->parameters();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    kept[i].mul_(old_fraction).add_(raw[i], 1.0 - old_fraction);
  }
}

void Trainer::save(SafetensorsFile& file) const {
  save_parameters(*policy_, file, "policy");
  if (kept_) save_parameters(*kept_, file, "averaged");
  if (training_.keep_best > 0) {
    const double losses[] = {stretch_loss_, best_stretch_loss_};
    file.tensors["stretch_losses"] = TensorData::from_doubles({2}, losses);
  }
  policy_optimiser_->save(file, "policy_optimiser");
  log_partition_.save(file);
  evaluator_.save(file);
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
  source_->save(file);
}

void Trainer::load_weights(const SafetensorsFile& file) {
  torch::NoGradGuard no_grad;
  load_parameters(*policy_, file, "policy");
  if (kept_) {
    const bool is_saved =
        file.tensors.contains("averaged." + kept_->named_parameters().begin()->key());
    load_parameters(*kept_, file, is_saved ? "averaged" : "policy");
  }
  log_partition_.load_weights(file);
}

void Trainer::load(const SafetensorsFile& file) {
  load_weights(file);
  policy_optimiser_->load(file, "policy_optimiser");
  log_partition_.load(file);
  evaluator_.load(file);
  steps_done_ = *file.at("steps_done").int64s("steps_done");
  if (training_.keep_best > 0) {
    const double* losses = file.at("stretch_losses").doubles("stretch_losses");
    stretch_loss_ = losses[0], best_stretch_loss_ = losses[1];
  }
  source_->load(file);
}

}  // namespace fragflow
