#include "src/gfn/local_search_source.hpp"

#include <cmath>
#include <limits>

#include "src/base/rng.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/scoring.hpp"

namespace fragflow {
namespace {

void append(Experience& to, const Trajectory& trajectory, const RewardResult& reward) {
  to.trajectories.push_back(trajectory);
  to.rewards.push_back(reward);
}

// Number of moves: the actions except the last, which makes the object.
int num_moves(const Trajectory& trajectory) { return trajectory.length() - 1; }

// The trajectory cut after `moves` moves.
Trajectory beginning(const Trajectory& trajectory, int moves) {
  return {{trajectory.states.begin(), trajectory.states.begin() + moves + 1},
          {trajectory.actions.begin(), trajectory.actions.begin() + moves}};
}

}  // namespace

LocalSearchSource::LocalSearchSource(std::unique_ptr<TrajectorySource> inner,
                                     const Environment& environment, Reward& reward,
                                     const LocalSearchConfig& config, bool learned_backward,
                                     std::uint64_t seed)
    : inner_(std::move(inner)),
      environment_(environment),
      reward_(reward),
      config_(config),
      learned_backward_(learned_backward),
      seed_(seed) {}

SourceBatch LocalSearchSource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch = inner_->draw(policy, step, observer);
  Experience current = batch.learn;
  for (int r = 0; r < config_.rounds; ++r) {
    const auto stream = static_cast<std::uint64_t>(step * config_.rounds + r);
    const Round round = run_round(current, policy, stream, observer);
    for (std::size_t k = 0; k < round.of.size(); ++k) {
      append(batch.visited, round.proposed.trajectories[k], round.proposed.rewards[k]);
      if (round.accepted[k]) {
        append(batch.learn, round.proposed.trajectories[k], round.proposed.rewards[k]);
      }
    }
  }
  return batch;
}

LocalSearchSource::Round LocalSearchSource::run_round(Experience& current, Policy& policy,
                                                      std::uint64_t stream,
                                                      StepObserver& observer) {
  std::vector<State> ends;
  for (const Trajectory& trajectory : current.trajectories) ends.push_back(trajectory.terminal());
  const std::vector<Trajectory> ways = sample_backward_trajectories(
      environment_, policy, ends, learned_backward_, mix_seed(seed_, "back"), stream);

  Round round;
  std::vector<Trajectory> old_ways;
  std::vector<int> cuts;  // number of moves kept
  std::vector<Rng> generators;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    Rng rng(mix_seed(seed_, "accept"), stream, i);
    const int cut = num_moves(ways[i]) - 1 -
                    static_cast<int>(rng.below(static_cast<std::uint64_t>(config_.max_steps)));
    if (cut < 0) continue;
    round.of.push_back(i);
    old_ways.push_back(ways[i]);
    cuts.push_back(cut);
    generators.push_back(rng);
    round.proposed.trajectories.push_back(beginning(ways[i], cut));
  }
  if (round.of.empty()) return round;
  round.proposed.trajectories =
      complete_trajectories(environment_, policy, std::move(round.proposed.trajectories),
                            mix_seed(seed_, "forward"), stream, Exploration{});
  observer.phase_done(StepPhase::kSampling);
  round.proposed.rewards = evaluate_ends(reward_, round.proposed.trajectories);
  observer.phase_done(StepPhase::kReward);

  const bool metropolis = config_.accept == "metropolis";
  std::vector<double> log_ratio;
  if (metropolis) log_ratio = log_ratios(policy, old_ways, round.proposed.trajectories, cuts);
  for (std::size_t k = 0; k < round.of.size(); ++k) {
    const std::size_t i = round.of[k];
    const double gain = round.proposed.rewards[k].log_reward - current.rewards[i].log_reward;
    const bool accepted =
        metropolis ? std::log(generators[k].uniform()) < gain + log_ratio[k] : gain > 0;
    round.accepted.push_back(accepted);
    if (!accepted) continue;
    current.trajectories[i] = round.proposed.trajectories[k];
    current.rewards[i] = round.proposed.rewards[k];
  }
  observer.phase_done(StepPhase::kSampling);
  return round;
}

std::vector<double> LocalSearchSource::log_ratios(Policy& policy,
                                                  const std::vector<Trajectory>& old_ways,
                                                  const std::vector<Trajectory>& new_ways,
                                                  const std::vector<int>& cuts) const {
  torch::NoGradGuard no_grad;
  std::vector<Trajectory> both = old_ways;
  both.insert(both.end(), new_ways.begin(), new_ways.end());
  const ScoredBatch scored = score_trajectories(
      environment_, policy, both, std::vector<double>(both.size(), 0.0), learned_backward_);
  // log P_F - log P_B of each transition; the new and old ends begin after the cut.
  const torch::Tensor difference = (scored.log_pf - scored.log_pb).to(torch::kFloat64).contiguous();
  const auto* values = difference.data_ptr<double>();
  const auto sum_from = [&](std::size_t row, int first, int length) {
    double sum = 0;
    for (int t = first; t < length; ++t) {
      sum += values[static_cast<std::int64_t>(row) * difference.size(1) + t];
    }
    return sum;
  };
  std::vector<double> ratios;
  for (std::size_t k = 0; k < old_ways.size(); ++k) {
    const bool can_be_undone =
        num_moves(new_ways[k]) - cuts[k] <= config_.max_steps && num_moves(new_ways[k]) > cuts[k];
    ratios.push_back(can_be_undone
                         ? sum_from(k, cuts[k], old_ways[k].length()) -
                               sum_from(old_ways.size() + k, cuts[k], new_ways[k].length())
                         : -std::numeric_limits<double>::infinity());
  }
  return ratios;
}

}  // namespace fragflow
