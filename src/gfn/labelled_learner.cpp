#include "src/gfn/labelled_learner.hpp"

#include <cmath>

#include "models/make_policy.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/optimisation.hpp"

namespace fragflow {

LabelledLearner::LabelledLearner(const DrawingCounter& counter,
                                 std::unique_ptr<TrajectorySource> source,
                                 const PolicyConfig& policy, const TrainingConfig& training,
                                 std::uint64_t seed)
    : counter_(counter),
      source_(std::move(source)),
      training_(training),
      policy_(make_policy(counter.environment().shape(), policy, mix_seed(seed, "policy"))),
      log_partition_(training, {}, mix_seed(seed, "log Z")),
      optimiser_(policy_->parameters(), adam_settings(training)) {}

torch::Tensor LabelledLearner::log_ratios(const std::vector<Trajectory>& trajectories) {
  const DistinctStates distinct = distinct_start_states(trajectories);
  const StateBatch batch =
      make_state_batch(counter_.environment(), distinct.states, /*with_leaves=*/false);
  ActionGroups moves;
  std::vector<std::int64_t> row;   // trajectory of each move
  std::vector<float> log_factors;  // 1 / moves that share the action, times removals
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    for (int t = 0; t < trajectories[b].length(); ++t) {
      const Action action = trajectories[b].actions[t];
      moves.add(distinct.row[row.size()], {&action, 1});
      row.push_back(static_cast<std::int64_t>(b));
      log_factors.push_back(
          std::log(static_cast<float>(counter_.num_removals(trajectories[b].states[t + 1])) /
                   static_cast<float>(counter_.num_moves(trajectories[b].states[t], action))));
    }
  }
  const torch::Tensor log_pf = ActionDistribution(policy_->forward(batch), batch).log_prob(moves);
  return torch::zeros({static_cast<std::int64_t>(trajectories.size())}, log_pf.options())
      .index_add(0, index_tensor(row), log_pf + torch::tensor(log_factors));
}

StepResult LabelledLearner::step() {
  SourceBatch batch = source_->draw(observer().watch(*policy_), steps_done_, observer());
  const std::vector<double> log_reward = finite_log_rewards(batch.learn.rewards);
  const torch::Tensor residual = log_partition_.of({}) + log_ratios(batch.learn.trajectories) -
                                 torch::tensor(log_reward, torch::kFloat64).to(torch::kFloat32);
  const torch::Tensor loss = residual.square().mean();
  observer().phase_done(StepPhase::kScoring);
  StepResult result;
  result.loss = loss.item().toDouble();
  const double share = step_size_fraction(training_, steps_done_);
  log_partition_.zero_grad();
  result.gradient_norm = minimise(loss, optimiser_, training_.learning_rate * share, training_,
                                  fmt::format("step {}", steps_done_ + 1), observer());
  log_partition_.step(share);
  observer().phase_done(StepPhase::kOptimiser);
  result.step = ++steps_done_;
  result.log_z = log_z();
  result.visited = std::move(batch.visited);
  return result;
}

std::vector<Trajectory> LabelledLearner::sample(std::int64_t count, std::uint64_t seed,
                                                std::uint64_t stream,
                                                const Exploration& exploration) {
  return sample_trajectories(counter_.environment(), *policy_, count, seed, stream, exploration);
}

std::int64_t LabelledLearner::num_parameters() const { return fragflow::num_parameters(*policy_); }

void LabelledLearner::save(SafetensorsFile& file) const {
  save_parameters(*policy_, file, "policy");
  optimiser_.save(file, "policy_optimiser");
  log_partition_.save(file);
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
  source_->save(file);
}

void LabelledLearner::load_weights(const SafetensorsFile& file) {
  const torch::NoGradGuard no_grad;
  load_parameters(*policy_, file, "policy");
  log_partition_.load_weights(file);
}

void LabelledLearner::load(const SafetensorsFile& file) {
  load_weights(file);
  optimiser_.load(file, "policy_optimiser");
  log_partition_.load(file);
  steps_done_ = *file.at("steps_done").int64s("steps_done");
  source_->load(file);
}

}  // namespace fragflow
