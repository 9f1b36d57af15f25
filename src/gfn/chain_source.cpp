#include "src/gfn/chain_source.hpp"

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/backward_sampler.hpp"

namespace fragflow {

ChainSource::ChainSource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
                         Reward& reward, const ChainSourceConfig& config, bool learned_backward,
                         std::uint64_t seed)
    : inner_(std::move(inner)),
      environment_(environment),
      config_(config),
      learned_backward_(learned_backward),
      seed_(seed),
      chains_(environment, reward, {config.groups, config.temperatures, config.hottest},
              mix_seed(seed, "moves")) {
  if (!environment.stops_by_action()) {
    user_error(
        "exploration.chains needs objects that are made by a stop: unset environment.forced_stop");
  }
}

void ChainSource::draw_paths(Policy& policy, const char* name, std::int64_t step,
                             Experience& experience) {
  std::vector<State> ends;
  for (const Trajectory& trajectory : experience.trajectories) {
    ends.push_back(trajectory.terminal());
  }
  experience.trajectories =
      sample_backward_trajectories(environment_, policy, ends, learned_backward_,
                                   mix_seed(seed_, name), static_cast<std::uint64_t>(step));
}

SourceBatch ChainSource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch = inner_->draw(policy, step, observer);
  Experience proposed, current;
  const auto add = [&](Experience& to, const State& stopped, const RewardResult& reward) {
    to.trajectories.push_back({{environment_.apply(stopped, Action::stop())}, {}});
    to.rewards.push_back(reward);
  };
  const Chains& chains = chains_.chains();
  if (chains.states.empty()) {
    chains_.start();
    for (std::size_t i = 0; i < chains.states.size(); ++i) {
      add(proposed, chains.states[i], chains.rewards[i]);
    }
  }
  for (const TriedMove& move : chains_.step()) add(proposed, move.to, move.reward);
  observer.phase_done(StepPhase::kReward);
  const auto temperatures = static_cast<std::size_t>(config_.temperatures);
  for (std::size_t i = 0; i < chains.states.size(); i += temperatures) {
    add(current, chains.states[i], chains.rewards[i]);
  }
  draw_paths(policy, "current", step, current);
  draw_paths(policy, "proposed", step, proposed);
  append(batch.learn, current);
  append(batch.visited, proposed);
  observer.phase_done(StepPhase::kSampling);
  return batch;
}

void ChainSource::save(SafetensorsFile& file) const {
  inner_->save(file);
  if (!chains_.chains().states.empty()) chains_.save(file);
}

void ChainSource::load(const SafetensorsFile& file) {
  inner_->load(file);
  if (file.tensors.contains("chains.states")) chains_.load(file);
}

}  // namespace fragflow
