#include "src/gfn/genetic_source.hpp"

#include "src/gfn/backward_sampler.hpp"

namespace fragflow {
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
      breed(operators_, population_, config_.breeding, config_.batch_size,
            mix_seed(seed_, "breeding"), stream);
  if (offspring.empty()) return batch;
  Experience bred;
  bred.trajectories = sample_backward_trajectories(
      environment_, policy, offspring, learned_backward_, mix_seed(seed_, "back"), stream);
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
