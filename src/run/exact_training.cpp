#include "src/run/exact_training.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/exact.hpp"
#include "src/run/progress.hpp"

namespace fragflow {
namespace {

// Sums over the steps since the last row.
struct Sums {
  double loss = 0, count = 0, log_reward = 0, score = 0;

  void add(const StepResult& result) {
    loss += result.loss;
    ++count;
    const auto size = static_cast<double>(result.visited.rewards.size());
    for (const RewardResult& reward : result.visited.rewards) {
      log_reward += reward.log_reward / size;
      score += reward.score / size;
    }
  }
};

}  // namespace

ExactTarget make_exact_target(const Experiment& experiment, std::int64_t max_states) {
  ExactTarget target;
  target.graph = enumerate(experiment.environment(), max_states);
  target.rewards = make_experiment(experiment.config).reward().evaluate(target.graph.terminals());
  std::vector<double> log_reward;
  for (const RewardResult& result : target.rewards) log_reward.push_back(result.log_reward);
  target.probability = normalise(log_reward, &target.log_z);
  return target;
}

TabulatedReward::TabulatedReward(const ExactTarget& target, Reward& unfinished)
    : unfinished_(unfinished) {
  const auto terminals = target.graph.terminals();
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    results_.emplace(terminals[i], target.rewards[i]);
  }
}

std::vector<RewardResult> TabulatedReward::evaluate(std::span<const State> states) {
  std::vector<State> unseen;
  for (const State& state : states) {
    if (!results_.contains(state)) unseen.push_back(state);
  }
  const std::vector<RewardResult> scored = unfinished_.evaluate(unseen);
  for (std::size_t i = 0; i < unseen.size(); ++i) results_.emplace(unseen[i], scored[i]);
  std::vector<RewardResult> results;
  for (const State& state : states) results.push_back(results_.at(state));
  return results;
}

RewardResult TabulatedReward::under(const Condition& condition, const State& state,
                                    RewardResult result) const {
  return unfinished_.under(condition, state, std::move(result));
}

std::vector<double> learned_distribution(const Environment& environment, Policy& policy,
                                         const StateGraph& graph) {
  return terminal_distribution(graph, edge_log_probabilities(environment, policy, graph));
}

void run_exact_training(Learner& learner, const TrainingConfig& training,
                        const Environment& environment, const ExactTarget& target,
                        const ExactTrainingOptions& options) {
  AppendFile metrics(options.metrics, 0);
  metrics.append(std::string("step,trajectories,loss,log_z,mean_log_reward,mean_score,tv,jsd") +
                 (options.predicted.empty() ? "\n" : ",tv_predicted\n"));
  const std::int64_t every = std::max<std::int64_t>(1, training.steps / options.evaluations);
  Progress progress(training.steps, options.quiet);
  Sums sums;
  Policy& policy = policy_of(learner, "an exact distribution");
  while (learner.steps_done() < training.steps && !options.stop.stop_requested()) {
    const StepResult result = learner.step();
    sums.add(result);
    const std::int64_t trajectories = result.step * training.batch_size;
    progress.update(
        {result.step, trajectories, result.loss, result.log_z, sums.score / sums.count, 0.0, 0});
    if (result.step % every != 0 && result.step != training.steps) continue;
    const std::vector<double> learned = learned_distribution(environment, policy, target.graph);
    const Distances d = distances(target.probability, learned);
    std::vector<std::string> row = {std::to_string(result.step),
                                    std::to_string(trajectories),
                                    csv_number(sums.loss / sums.count),
                                    csv_number(learner.log_z()),
                                    csv_number(sums.log_reward / sums.count),
                                    csv_number(sums.score / sums.count),
                                    csv_number(d.tv),
                                    csv_number(d.jsd)};
    if (!options.predicted.empty()) {
      row.push_back(csv_number(distances(options.predicted, learned).tv));
    }
    metrics.append(csv_row(row));
    sums = {};
  }
  if (learner.steps_done() < training.steps) user_error("stopped by a signal before the end");
}

}  // namespace fragflow
