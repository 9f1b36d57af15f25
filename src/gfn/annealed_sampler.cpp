#include "src/gfn/annealed_sampler.hpp"

#include "models/torch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "src/base/check.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/object_moves.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/scoring.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {
namespace {

// Number of particles whose trajectories are drawn and scored together.
constexpr std::size_t kBlock = 512;

std::vector<std::vector<std::size_t>> blocks_of(std::size_t count) {
  std::vector<std::vector<std::size_t>> blocks;
  for (std::size_t first = 0; first < count; first += kBlock) {
    blocks.emplace_back(std::min(kBlock, count - first));
    std::iota(blocks.back().begin(), blocks.back().end(), first);
  }
  return blocks;
}

double effective_fraction(std::span<const double> log_weights, double step) {
  const double highest = *std::max_element(log_weights.begin(), log_weights.end());
  double sum = 0, squares = 0;
  for (const double log_weight : log_weights) {
    const double weight = std::exp(step * (log_weight - highest));
    sum += weight;
    squares += weight * weight;
  }
  return sum * sum / squares / static_cast<double>(log_weights.size());
}

}  // namespace

double annealing_step(std::span<const double> log_weights, double least, double most) {
  if (effective_fraction(log_weights, most) >= least) return most;
  double low = 0, high = most;  // the fraction decreases with the step
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (effective_fraction(log_weights, middle) >= least ? low : high) = middle;
  }
  return high;
}

double effective_particles(std::span<const double> values,
                           std::span<const std::int64_t> ancestors) {
  FRAGFLOW_CHECK(!values.empty() && values.size() == ancestors.size(), "{} values, {} ancestors",
                 values.size(), ancestors.size());
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  std::unordered_map<std::int64_t, double> by_family;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - mean) * (values[i] - mean);
    by_family[ancestors[i]] += values[i] - mean;
  }
  double family_squares = 0;
  for (const auto& [ancestor, sum] : by_family) family_squares += sum * sum;
  return family_squares <= squares ? count : count * squares / family_squares;
}

AnnealedSampler::AnnealedSampler(const Environment& environment, Policy& policy, Reward& reward,
                                 bool learned_backward, const AnnealingConfig& config,
                                 std::uint64_t seed)
    : environment_(environment),
      policy_(policy),
      reward_(reward),
      learned_backward_(learned_backward),
      config_(config),
      seed_(mix_seed(seed, "annealed sampler")) {
  FRAGFLOW_CHECK(config.particles >= 2 && config.least_effective > 0 && config.least_effective < 1,
                 "{} particles, {} effective", config.particles, config.least_effective);
  std::uint64_t stream = 0;
  for (const auto& block : blocks_of(static_cast<std::size_t>(config.particles))) {
    std::vector<Trajectory> drawn =
        sample_trajectories(environment, policy, static_cast<std::int64_t>(block.size()),
                            mix_seed(seed_, "start"), stream++, Exploration{});
    std::vector<RewardResult> rewards = evaluate_ends(reward, drawn);
    const std::vector<double> weights = log_weights(drawn, rewards);
    log_weights_.insert(log_weights_.end(), weights.begin(), weights.end());
    std::move(drawn.begin(), drawn.end(), std::back_inserter(trajectories_));
    std::move(rewards.begin(), rewards.end(), std::back_inserter(rewards_));
  }
  ancestors_.resize(trajectories_.size());
  std::iota(ancestors_.begin(), ancestors_.end(), 0);
}

std::vector<double> AnnealedSampler::log_weights(const std::vector<Trajectory>& trajectories,
                                                 const std::vector<RewardResult>& rewards) const {
  const torch::NoGradGuard no_grad;
  std::vector<double> weights = finite_log_rewards(rewards);
  const ScoredBatch scored =
      score_trajectories(environment_, policy_, trajectories, weights, learned_backward_);
  const torch::Tensor difference =
      (scored.log_pb.to(torch::kFloat64) - scored.log_pf.to(torch::kFloat64)).sum(1).contiguous();
  const auto* values = difference.data_ptr<double>();
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += values[i];
  return weights;
}

bool AnnealedSampler::advance() {
  if (exponent_ < 1) {
    next_level();
    for (int i = 0; i < config_.sweeps; ++i) sweep();
    return true;
  }
  if (last_sweeps_done_ == config_.last_sweeps) return false;
  ++last_sweeps_done_;
  sweep();
  return true;
}

void AnnealedSampler::next_level() {
  const double step = annealing_step(log_weights_, config_.least_effective, 1 - exponent_);
  const double next = exponent_ + step;
  FRAGFLOW_CHECK(next > exponent_, "the policy's draws are too far from the target to go on");
  resample(step);
  // Reach exactly 1 despite rounding.
  exponent_ = step == 1 - exponent_ ? 1 : next;
  ++levels_;
}

// Systematic resampling: particle i is kept floor or ceil of its expected number of times.
void AnnealedSampler::resample(double step) {
  const std::size_t count = log_weights_.size();
  const double highest = *std::max_element(log_weights_.begin(), log_weights_.end());
  std::vector<double> cumulative;
  double sum = 0;
  for (const double log_weight : log_weights_) {
    sum += std::exp(step * (log_weight - highest));
    cumulative.push_back(sum);
  }
  log_z_ += step * highest + std::log(sum / static_cast<double>(count));
  Rng rng(mix_seed(seed_, "resample"), static_cast<std::uint64_t>(levels_));
  const double offset = rng.uniform();
  std::vector<Trajectory> trajectories;
  std::vector<RewardResult> rewards;
  std::vector<double> log_weights;
  std::vector<std::int64_t> ancestors;
  for (std::size_t k = 0, i = 0; k < count; ++k) {
    const double at = (static_cast<double>(k) + offset) / static_cast<double>(count) * sum;
    while (i + 1 < count && cumulative[i] <= at) ++i;
    trajectories.push_back(trajectories_[i]);
    rewards.push_back(rewards_[i]);
    log_weights.push_back(log_weights_[i]);
    ancestors.push_back(ancestors_[i]);
  }
  trajectories_ = std::move(trajectories);
  rewards_ = std::move(rewards);
  log_weights_ = std::move(log_weights);
  ancestors_ = std::move(ancestors);
}

void AnnealedSampler::sweep() {
  std::uint64_t stream = sweeps_done_++ << 32;
  for (const auto& block : blocks_of(trajectories_.size())) {
    redraw(block, stream);
    regrow(block, stream);
    if (environment_.stops_by_action()) change(block, stream);
    ++stream;
  }
}

void AnnealedSampler::redraw(std::span<const std::size_t> block, std::uint64_t stream) {
  std::vector<State> ends;
  Proposals proposals;
  proposals.of.assign(block.begin(), block.end());
  proposals.log_factor.assign(block.size(), 0.0);
  for (const std::size_t i : block) {
    ends.push_back(trajectories_[i].terminal());
    proposals.rewards.push_back(rewards_[i]);
  }
  proposals.trajectories = sample_backward_trajectories(
      environment_, policy_, ends, learned_backward_, mix_seed(seed_, "redraw"), stream);
  // P_F w^t / P_B = R w^(t - 1), with unchanged R.
  take(std::move(proposals), {1, exponent_ - 1}, "redraw take", stream, moves_.redrawn);
}

void AnnealedSampler::regrow(std::span<const std::size_t> block, std::uint64_t stream) {
  Proposals proposals;
  proposals.of.assign(block.begin(), block.end());
  for (std::size_t k = 0; k < block.size(); ++k) {
    const Trajectory& whole = trajectories_[block[k]];
    Rng rng(mix_seed(seed_, "cut"), stream, k);
    const auto kept =
        static_cast<std::ptrdiff_t>(rng.below(static_cast<std::uint64_t>(whole.length())));
    proposals.trajectories.push_back({{whole.states.begin(), whole.states.begin() + kept + 1},
                                      {whole.actions.begin(), whole.actions.begin() + kept},
                                      whole.condition});
    proposals.log_factor.push_back(std::log(static_cast<double>(whole.length())));
  }
  proposals.trajectories =
      complete_trajectories(environment_, policy_, std::move(proposals.trajectories),
                            mix_seed(seed_, "regrow"), stream, Exploration{});
  proposals.rewards = evaluate_ends(reward_, proposals.trajectories);
  // The reverse move cuts at the same length, one of as many as the new trajectory has actions.
  for (std::size_t k = 0; k < block.size(); ++k) {
    proposals.log_factor[k] -= std::log(static_cast<double>(proposals.trajectories[k].length()));
  }
  take(std::move(proposals), {0, exponent_}, "regrow take", stream, moves_.regrown);
}

void AnnealedSampler::change(std::span<const std::size_t> block, std::uint64_t stream) {
  Proposals proposals;
  std::vector<State> ends;
  for (std::size_t k = 0; k < block.size(); ++k) {
    Rng rng(mix_seed(seed_, "change"), stream, k);
    const Trajectory& whole = trajectories_[block[k]];
    const State& from = whole.states[whole.states.size() - 2];
    const auto to = propose_move(environment_, from, rng);
    if (!to) continue;
    proposals.of.push_back(block[k]);
    proposals.log_factor.push_back(log_move_probability(environment_, *to, from) -
                                   log_move_probability(environment_, from, *to));
    ends.push_back(environment_.apply(*to, Action::stop()));
  }
  if (ends.empty()) return;
  proposals.trajectories = sample_backward_trajectories(
      environment_, policy_, ends, learned_backward_, mix_seed(seed_, "change back"), stream);
  proposals.rewards = evaluate_ends(reward_, proposals.trajectories);
  // As in redraw, but R changes.
  take(std::move(proposals), {1, exponent_ - 1}, "change take", stream, moves_.changed);
}

void AnnealedSampler::take(Proposals proposals, Powers powers, const char* purpose,
                           std::uint64_t stream, MoveCount& count) {
  std::vector<RewardResult>& rewards = proposals.rewards;
  const std::vector<double> weights = log_weights(proposals.trajectories, rewards);
  for (std::size_t k = 0; k < proposals.of.size(); ++k) {
    const std::size_t i = proposals.of[k];
    Rng rng(mix_seed(seed_, purpose), stream, i);
    const double log_acceptance = proposals.log_factor[k] +
                                  powers.reward * (rewards[k].log_reward - rewards_[i].log_reward) +
                                  powers.weight * (weights[k] - log_weights_[i]);
    ++count.proposed;
    if (std::log(rng.uniform()) >= log_acceptance) continue;
    ++count.taken;
    trajectories_[i] = std::move(proposals.trajectories[k]);
    rewards_[i] = std::move(rewards[k]);
    log_weights_[i] = weights[k];
  }
}

}  // namespace fragflow
