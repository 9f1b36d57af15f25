#include "src/gfn/objective_evaluator.hpp"

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/flow_scoring.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {
namespace {

// States of trajectories and their positions in a [B, T + 1] matrix.
struct PlacedVisits {
  std::vector<State> states;
  std::vector<std::size_t> trajectory;
  std::vector<std::int64_t> slot;  // b * (T + 1) + t

  void add(const State& state, std::size_t b, std::size_t t, std::int64_t width) {
    states.push_back(state);
    trajectory.push_back(b);
    slot.push_back(static_cast<std::int64_t>(b) * width + static_cast<std::int64_t>(t));
  }
  DistinctStates distinct() const {
    std::vector<const State*> pointers;
    for (const State& state : states) pointers.push_back(&state);
    return distinct_states(pointers);
  }
};

// Every state; terminals as the same object before stop.
PlacedVisits all_visits(std::span<const Trajectory> trajectories, std::int64_t width) {
  PlacedVisits visits;
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    for (std::size_t t = 0; t < trajectories[b].states.size(); ++t) {
      State state = trajectories[b].states[t];
      state.stopped = false;
      visits.add(state, b, t, width);
    }
  }
  return visits;
}

// A matrix of zeros like `shape` with values[i] at slot[i].
torch::Tensor place(const torch::Tensor& values, const std::vector<std::int64_t>& slot,
                    const torch::Tensor& shape) {
  return torch::zeros({shape.numel()}, shape.options())
      .index_add(0, torch::tensor(slot, torch::kInt64), values.to(shape.scalar_type()))
      .view(shape.sizes());
}

}  // namespace

ObjectiveEvaluator::ObjectiveEvaluator(const Environment& environment, Reward& reward,
                                       const ObjectiveConfig& objective, bool learned_backward,
                                       std::uint64_t seed)
    : environment_(environment),
      reward_(reward),
      config_(objective),
      objective_(find_objective(objective.name)),
      learned_backward_(learned_backward),
      cut_seed_(mix_seed(seed, "cut")),
      path_seed_(mix_seed(seed, "paths")) {
  if (objective_.needs_intrinsic) {
    intrinsic_.emplace(environment, objective, mix_seed(seed, "intrinsic"));
  }
}

Residuals ObjectiveEvaluator::residuals(Policy& policy, std::span<const Trajectory> trajectories,
                                        std::span<const double> log_reward,
                                        const torch::Tensor& log_z, std::int64_t step,
                                        BlockGradient* blocks) {
  if (objective_.of_flows != nullptr) {
    FlowBatch flows = score_flows(environment_, policy, trajectories, log_reward);
    if (intrinsic_) add_intrinsic(trajectories, flows);
    return objective_.of_flows(flows, config_);
  }
  std::vector<Trajectory> replaced;
  std::vector<double> repeated;
  if (config_.incomplete > 0) {
    replaced = cut(trajectories, step);
    trajectories = replaced;
  }
  if (objective_.takes_paths) {
    replaced = paths(policy, trajectories, step);
    trajectories = replaced;
    for (const double value : log_reward) repeated.insert(repeated.end(), config_.paths, value);
    log_reward = repeated;
  }
  ScoredBatch batch =
      blocks != nullptr
          ? blocks->score(environment_, policy, trajectories, log_reward, learned_backward_)
          : score_trajectories(environment_, policy, trajectories, log_reward, learned_backward_);
  if (objective_.needs_energies) batch.energy = energies(trajectories, batch);
  if (intrinsic_) add_intrinsic(trajectories, batch);
  if (config_.backward == "joint") return objective_.of_trajectories(batch, log_z, config_);
  const torch::Tensor log_pb = batch.log_pb;
  batch.log_pb = log_pb.detach();
  Residuals residuals = objective_.of_trajectories(batch, log_z, config_);
  residuals.extra_loss = -log_pb.sum(1).mean();
  return residuals;
}

std::vector<Trajectory> ObjectiveEvaluator::paths(Policy& policy,
                                                  std::span<const Trajectory> trajectories,
                                                  std::int64_t step) const {
  std::vector<State> ends;
  for (const Trajectory& trajectory : trajectories) {
    ends.insert(ends.end(), static_cast<std::size_t>(config_.paths), trajectory.terminal());
  }
  return sample_backward_trajectories(environment_, policy, ends, learned_backward_, path_seed_,
                                      static_cast<std::uint64_t>(step));
}

std::vector<Trajectory> ObjectiveEvaluator::cut(std::span<const Trajectory> trajectories,
                                                std::int64_t step) const {
  std::vector<Trajectory> result(trajectories.begin(), trajectories.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    Rng rng(cut_seed_, static_cast<std::uint64_t>(step), i);
    const int length = result[i].length();
    if (length < 2 || rng.uniform() >= config_.incomplete) continue;
    const std::uint64_t kept = 1 + rng.below(static_cast<std::uint64_t>(length - 1));
    result[i].actions.resize(kept);
    result[i].states.resize(kept + 1);
  }
  return result;
}

// Scores each distinct state once, whatever its conditions.
torch::Tensor ObjectiveEvaluator::energies(std::span<const Trajectory> trajectories,
                                           const ScoredBatch& batch) {
  const State start = environment_.initial_state();
  PlacedVisits visits;
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    for (std::size_t t = 0; t < trajectories[b].states.size(); ++t) {
      const State& state = trajectories[b].states[t];
      if (environment_.is_terminal(state) || state == start) continue;
      visits.add(state, b, t, batch.log_flow.size(1));
    }
  }
  const DistinctStates distinct = visits.distinct();
  const std::vector<RewardResult> rewards = reward_.evaluate(distinct.states);
  std::vector<double> values;
  for (std::size_t i = 0; i < visits.states.size(); ++i) {
    const Condition& condition = trajectories[visits.trajectory[i]].condition;
    const RewardResult& reward = rewards[distinct.row[i]];
    const double log_reward = condition.is_used()
                                  ? reward_.under(condition, visits.states[i], reward).log_reward
                                  : reward.log_reward;
    if (!std::isfinite(log_reward)) {
      user_error(
          "the reward of the unfinished '{}' is not finite (log R = {}); set a floor in [reward]",
          reward.object, log_reward);
    }
    values.push_back(-log_reward);
  }
  return place(torch::tensor(values, torch::kFloat64), visits.slot, batch.log_flow);
}

void ObjectiveEvaluator::add_intrinsic(std::span<const Trajectory> trajectories,
                                       ScoredBatch& batch) {
  const PlacedVisits visits = all_visits(trajectories, batch.log_flow.size(1));
  const DistinctStates distinct = visits.distinct();
  const torch::Tensor values = intrinsic_->values(distinct.states)
                                   .index_select(0, torch::tensor(distinct.row, torch::kInt64));
  batch.intrinsic = place(values, visits.slot, batch.log_flow);
}

void ObjectiveEvaluator::add_intrinsic(std::span<const Trajectory> trajectories, FlowBatch& batch) {
  PlacedVisits visits;  // unfinished states other than s_0, then objects: the order of score_flows
  for (const Trajectory& trajectory : trajectories) {
    for (int t = 1; t < trajectory.length(); ++t) visits.states.push_back(trajectory.states[t]);
  }
  for (const Trajectory& trajectory : trajectories) {
    visits.states.push_back(trajectory.terminal());
    visits.states.back().stopped = false;
  }
  const DistinctStates distinct = visits.distinct();
  const torch::Tensor values = intrinsic_->values(distinct.states)
                                   .index_select(0, torch::tensor(distinct.row, torch::kInt64))
                                   .to(batch.log_in.scalar_type());
  batch.intrinsic = values.narrow(0, 0, batch.log_in.size(0));
  batch.object_intrinsic = values.narrow(0, batch.log_in.size(0), batch.log_stop.size(0));
}

void ObjectiveEvaluator::learn() {
  if (intrinsic_) intrinsic_->learn();
}

void ObjectiveEvaluator::save(SafetensorsFile& file) const {
  if (intrinsic_) intrinsic_->save(file);
}

void ObjectiveEvaluator::load(const SafetensorsFile& file) {
  if (intrinsic_) intrinsic_->load(file);
}

}  // namespace fragflow
