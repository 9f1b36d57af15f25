#include "src/run/annealed_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/shuffle.hpp"

namespace fragflow {
namespace {

// Below this effective fraction the output depends on few of the policy's draws.
constexpr double kFewEffective = 0.1;

double mean_log_reward(const std::vector<RewardResult>& rewards) {
  double sum = 0;
  for (const RewardResult& reward : rewards) sum += reward.log_reward;
  return sum / static_cast<double>(rewards.size());
}

double effective_size(const AnnealedSampler& sampler) {
  std::vector<double> log_rewards, sizes;
  for (const RewardResult& reward : sampler.rewards()) log_rewards.push_back(reward.log_reward);
  for (const Trajectory& trajectory : sampler.trajectories()) {
    sizes.push_back(trajectory.terminal().num_nodes);
  }
  return std::min(effective_particles(log_rewards, sampler.ancestors()),
                  effective_particles(sizes, sampler.ancestors()));
}

// Particles in random order, since neighbours have common ancestors.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  Rng rng(mix_seed(seed, "choose particles"));
  shuffle(order, rng);
  return order;
}

std::vector<std::size_t> choose(const AnnealedSampler& sampler, const SampleRequest& request) {
  std::unordered_set<std::string> seen;
  std::vector<std::size_t> chosen;
  for (const std::size_t i : shuffled(sampler.rewards().size(), request.seed)) {
    if (static_cast<std::int64_t>(chosen.size()) == request.count) break;
    const RewardResult& reward = sampler.rewards()[i];
    if (!reward.valid || reward.score < request.min_score) continue;
    if (request.unique && !seen.insert(reward.object).second) continue;
    chosen.push_back(i);
  }
  return chosen;
}

std::string moves_text(const char* name, const MoveCount& moves) {
  return fmt::format("  {:<44}{:>5.1f} % of {} taken\n", name, 100 * moves.share(), moves.proposed);
}

}  // namespace

AnnealedSamples draw_annealed(const Experiment& experiment, Learner& learner,
                              const SampleRequest& request, const AnnealedRequest& annealed) {
  AnnealingConfig config;
  config.particles =
      annealed.particles > 0 ? annealed.particles : std::max(request.count, kLeastParticles);
  config.last_sweeps = annealed.last_sweeps;
  Policy& policy = policy_of(learner, "sample --exact");
  const std::int64_t calls_before = experiment.reward().num_calls();
  AnnealedSampler sampler(experiment.environment(), policy, experiment.reward(),
                          experiment.config.policy.learned_backward, config,
                          mix_seed(request.seed, "samples"));
  AnnealedSamples result;
  result.mean_log_reward_drawn = mean_log_reward(sampler.rewards());
  while (sampler.advance()) {
    if (request.stop.stop_requested()) {
      if (sampler.exponent() < 1) user_error("stopped before the target was reached");
      spdlog::warn("stopped at the target, before all sweeps");
      break;
    }
    if (sampler.levels() == result.levels) continue;
    result.levels = sampler.levels();
    spdlog::info("level {}: {:.0f} % of the way, mean log R {:.3f}", result.levels,
                 100 * sampler.exponent(), mean_log_reward(sampler.rewards()));
  }
  result.particles = config.particles;
  const auto& ancestors = sampler.ancestors();
  result.ancestors = static_cast<std::int64_t>(
      std::unordered_set<std::int64_t>(ancestors.begin(), ancestors.end()).size());
  result.effective_size = effective_size(sampler);
  result.mean_log_reward = mean_log_reward(sampler.rewards());
  result.levels = sampler.levels();
  result.moves = sampler.moves();
  result.log_z = sampler.log_z();
  result.reward_calls = experiment.reward().num_calls() - calls_before;
  const std::vector<std::size_t> chosen = choose(sampler, request);
  std::vector<Trajectory> trajectories;
  std::vector<RewardResult> rewards;
  for (const std::size_t i : chosen) {
    trajectories.push_back(sampler.trajectories()[i]);
    rewards.push_back(sampler.rewards()[i]);
  }
  result.samples = samples_of(experiment, policy, trajectories, std::move(rewards));
  if (static_cast<std::int64_t>(chosen.size()) < request.count) {
    spdlog::warn("only {} of {} samples satisfy the request, of {} particles: more --particles",
                 chosen.size(), request.count, config.particles);
  }
  if (result.effective_size < kFewEffective * static_cast<double>(config.particles)) {
    spdlog::warn(
        "the {} particles are worth {:.0f} independent draws: more --sweeps or --particles, or a "
        "longer training",
        config.particles, result.effective_size);
  }
  return result;
}

nlohmann::ordered_json annealed_json(const AnnealedSamples& result) {
  return {{"particles", result.particles},
          {"effective_size", result.effective_size},
          {"ancestors", result.ancestors},
          {"levels", result.levels},
          {"mean_log_reward_drawn", result.mean_log_reward_drawn},
          {"mean_log_reward", result.mean_log_reward},
          {"log_z", result.log_z},
          {"redrawn", result.moves.redrawn.share()},
          {"regrown", result.moves.regrown.share()},
          {"changed", result.moves.changed.share()},
          {"moves", result.moves.redrawn.proposed + result.moves.regrown.proposed +
                        result.moves.changed.proposed},
          {"reward_calls", result.reward_calls}};
}

std::string annealed_text(const AnnealedSamples& result) {
  return fmt::format(
             "mean log R {:.3f} of the policy's draws, {:.3f} at the target after {} levels; log Z "
             "{:.3f}\n"
             "{} particles, worth {:.0f} independent draws, descend from {} draws of the policy; "
             "{} reward calls\n",
             result.mean_log_reward_drawn, result.mean_log_reward, result.levels, result.log_z,
             result.particles, result.effective_size, result.ancestors, result.reward_calls) +
         moves_text("another trajectory to the same object", result.moves.redrawn) +
         moves_text("taken back and completed by the policy", result.moves.regrown) +
         moves_text("one fragment added, removed or replaced", result.moves.changed);
}

}  // namespace fragflow
