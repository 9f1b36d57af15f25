#include "src/gfn/genetic_source.hpp"

#include <algorithm>

#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/scoring.hpp"

namespace fragflow {
namespace {

// `count` of the trajectories, or all if there are no more: of equal parts of the list the one with
// the largest log P_F - log P_B, which trajectory balance drives to log R - log Z. Not the best of
// the whole list, which would be near copies of each other.
std::vector<Trajectory> best_of_parts(const Environment& environment, Policy& policy,
                                      std::vector<Trajectory> trajectories, std::int64_t count,
                                      bool learned_backward) {
  const auto total = std::ssize(trajectories);
  if (total <= count) return trajectories;
  const torch::NoGradGuard no_grad;
  const std::vector<double> no_rewards(trajectories.size(), 0.0);
  const ScoredBatch scored =
      score_trajectories(environment, policy, trajectories, no_rewards, learned_backward);
  const torch::Tensor ratio =
      (scored.log_pf - scored.log_pb).sum(1).to(torch::kCPU, torch::kFloat64).contiguous();
  const double* estimate = ratio.data_ptr<double>();
  std::vector<Trajectory> best;
  for (std::int64_t part = 0; part < count; ++part) {
    const auto first = part * total / count, end = (part + 1) * total / count;
    const auto chosen = std::max_element(estimate + first, estimate + end) - estimate;
    best.push_back(std::move(trajectories[chosen]));
  }
  return best;
}

}  // namespace

GeneticSource::GeneticSource(std::unique_ptr<TrajectorySource> inner,
                             const Environment& environment, Reward& reward,
                             const GeneticConfig& config, bool learned_backward, std::uint64_t seed,
                             std::span<const DatasetObject> known)
    : inner_(std::move(inner)),
      environment_(environment),
      reward_(reward),
      config_(config),
      learned_backward_(learned_backward),
      seed_(seed),
      operators_(fragment_tree_of(environment, "exploration.genetic"), config.breeding.frequency),
      population_(environment, config.breeding) {
  Experience experience;  // one tree of each suffices: the others are the same object
  for (const DatasetObject& object : known) {
    experience.trajectories.push_back({{object.terminals.front()}, {}});
    experience.rewards.push_back(object.reward);
  }
  population_.add(experience);
}

SourceBatch GeneticSource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch = inner_->draw(policy, step, observer);
  population_.add(batch.visited);
  const auto stream = static_cast<std::uint64_t>(step);
  const std::vector<State> offspring =
      breed(operators_, population_, config_.breeding,
            static_cast<std::int64_t>(config_.batch_size) * config_.screen,
            mix_seed(seed_, "breeding"), stream);
  if (offspring.empty()) return batch;
  Experience bred;
  bred.trajectories =
      best_of_parts(environment_, policy,
                    sample_backward_trajectories(environment_, policy, offspring, learned_backward_,
                                                 mix_seed(seed_, "back"), stream),
                    config_.batch_size, learned_backward_);
  observer.phase_done(StepPhase::kSampling);
  bred.rewards = evaluate_ends(reward_, bred.trajectories);
  observer.phase_done(StepPhase::kReward);
  population_.add(bred);
  append(batch.learn, bred);
  append(batch.visited, bred);
  return batch;
}

void GeneticSource::save(SafetensorsFile& file) const {
  inner_->save(file);
  population_.save(file);
}

void GeneticSource::load(const SafetensorsFile& file) {
  inner_->load(file);
  population_.load(file);
}

}  // namespace fragflow
