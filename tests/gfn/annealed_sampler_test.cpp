// Draws of an annealed sampler against R / Z of listed spaces, from policies that have learned
// nothing.
#include "src/gfn/annealed_sampler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "models/make_policy.hpp"
#include "src/base/parallel.hpp"
#include "tests/gfn/source_support.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

struct World {
  const char* name;
  std::unique_ptr<Environment> (*make)();
  bool learned_backward;
};

class Annealed : public testing::TestWithParam<World> {
 protected:
  Annealed()
      : environment_(GetParam().make()),
        graph_(enumerate(*environment_, 100000)),
        target_(normalise(terminal_log_rewards(graph_))),
        policy_(make_policy(environment_->shape(), small_policy(GetParam().learned_backward), 7)) {}

  AnnealedSampler sampler(const AnnealingConfig& config, std::uint64_t seed) {
    return {*environment_, *policy_, reward_, GetParam().learned_backward, config, seed};
  }
  double exact_log_z() const {
    const std::vector<double> log_rewards = terminal_log_rewards(graph_);
    double z = 0;
    for (const double log_reward : log_rewards) z += std::exp(log_reward);
    return std::log(z);
  }

  std::unique_ptr<Environment> environment_;
  StateGraph graph_;
  std::vector<double> target_;
  std::shared_ptr<Policy> policy_;
  FunctionReward reward_{wavy_log_reward};
};

// Seed 1; 3,000 particles. A false alarm has a probability below 1e-5 (expect_counts); the policy's
// own draws fail by far.
TEST_P(Annealed, ParticlesFollowTheTarget) {
  AnnealedSampler annealed = sampler({3000, 0.5, 2, 10}, 1);
  const auto index = index_of_states(graph_);
  while (annealed.advance()) {
  }
  std::vector<double> counts(target_.size(), 0.0);
  for (const Trajectory& trajectory : annealed.trajectories()) {
    ++counts[index.at(trajectory.terminal()) - graph_.num_internal];
  }
  expect_counts(counts, target_);
  EXPECT_EQ(annealed.exponent(), 1);
  for (const MoveCount& moves :
       {annealed.moves().redrawn, annealed.moves().regrown, annealed.moves().changed}) {
    EXPECT_GT(moves.share(), 0.05);
  }
}

// Not only objects but trajectories: those to an object are drawn by P_B.
TEST_P(Annealed, TrajectoriesFollowTheBackwardPolicy) {
  AnnealedSampler annealed = sampler({3000, 0.5, 2, 10}, 2);
  while (annealed.advance()) {
  }
  const std::vector<Trajectory>& drawn = annealed.trajectories();
  const torch::NoGradGuard no_grad;
  const torch::Tensor log_pb =
      score_trajectories(*environment_, *policy_, drawn, std::vector<double>(drawn.size(), 0.0),
                         GetParam().learned_backward)
          .log_pb.sum(1);
  const auto index = index_of_states(graph_);
  std::map<std::vector<State>, std::pair<double, double>> cells;  // count, probability
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    auto& [count, probability] = cells[drawn[i].states];
    ++count;
    probability = target_[index.at(drawn[i].terminal()) - graph_.num_internal] *
                  std::exp(log_pb[static_cast<std::int64_t>(i)].item<double>());
  }
  // Those that are too rare to count are one cell, also what was not drawn.
  std::vector<double> counts = {0}, probabilities = {1};
  for (const auto& [states, cell] : cells) {
    const bool rare = cell.second * static_cast<double>(drawn.size()) < 5;
    if (rare) {
      counts[0] += cell.first;
    } else {
      counts.push_back(cell.first);
      probabilities.push_back(cell.second);
      probabilities[0] -= cell.second;
    }
  }
  expect_counts(counts, probabilities);
}

// What the moves leave at each level decides the estimate of log Z at the next: levels are made
// short, so that there are many. Its deviation over 10 populations is its standard error.
TEST_P(Annealed, LevelsKeepTheirDistributions) {
  constexpr int kPopulations = 10;
  double sum = 0, squares = 0;
  for (int seed = 0; seed < kPopulations; ++seed) {
    AnnealedSampler annealed = sampler({600, 0.8, 1, 0}, seed);
    while (annealed.advance()) {
    }
    EXPECT_GT(annealed.levels(), 3);
    const double ratio = std::exp(annealed.log_z() - exact_log_z());
    sum += ratio;
    squares += ratio * ratio;
  }
  const double mean = sum / kPopulations;
  const double error = std::sqrt((squares / kPopulations - mean * mean) / (kPopulations - 1));
  EXPECT_LT(error, 0.05);
  EXPECT_NEAR(mean, 1, 5 * error + 1e-3);
}

// The mean log R of a population deviates from the truth as its effective size says. (Of 100
// particles it would say too much: too few of them are made by a policy that has learned nothing.)
TEST_P(Annealed, EffectiveSizeIsHonest) {
  constexpr int kPopulations = 40;
  const std::vector<double> log_rewards = terminal_log_rewards(graph_);
  double truth = 0, variance = 0;
  for (std::size_t i = 0; i < target_.size(); ++i) truth += target_[i] * log_rewards[i];
  for (std::size_t i = 0; i < target_.size(); ++i) {
    variance += target_[i] * std::pow(log_rewards[i] - truth, 2);
  }
  double squares = 0, expected = 0;
  for (int seed = 0; seed < kPopulations; ++seed) {
    AnnealedSampler annealed = sampler({400, 0.5, 0, 1}, seed);
    while (annealed.advance()) {
    }
    std::vector<double> values;
    for (const RewardResult& result : annealed.rewards()) values.push_back(result.log_reward);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 400;
    squares += std::pow(mean - truth, 2);
    const double effective = effective_particles(values, annealed.ancestors());
    EXPECT_LE(effective, 400);
    expected += variance / effective;
  }
  // Of a chi-square of 40 degrees all but 1e-5 lie between these.
  EXPECT_GT(squares, 0.3 * expected);
  EXPECT_LT(squares, 2.3 * expected);
}

TEST_P(Annealed, ThreadsDoNotMatter) {
  std::vector<std::vector<Trajectory>> results;
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    AnnealedSampler annealed = sampler({700, 0.5, 1, 1}, 5);
    while (annealed.advance()) {
    }
    results.push_back(annealed.trajectories());
  }
  set_num_threads(0);
  for (std::size_t i = 0; i < results[0].size(); ++i) {
    EXPECT_EQ(results[0][i].states, results[1][i].states);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Worlds, Annealed,
    testing::Values(
        World{"atoms", [] { return std::unique_ptr<Environment>(atom_world()); }, false},
        World{"atoms_learned_backward", [] { return std::unique_ptr<Environment>(atom_world()); },
              true},
        World{"grid", [] { return std::unique_ptr<Environment>(small_grid(6)); }, true}),
    [](const auto& info) { return info.param.name; });

TEST(AnnealingStep, LeavesTheFractionThatIsAskedFor) {
  std::vector<double> log_weights;
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) log_weights.push_back(5 * rng.normal());
  const double step = annealing_step(log_weights, 0.5, 1);
  double sum = 0, squares = 0;
  for (const double log_weight : log_weights) {
    sum += std::exp(step * log_weight);
    squares += std::exp(2 * step * log_weight);
  }
  EXPECT_NEAR(sum * sum / squares, 500, 1e-3);
  EXPECT_EQ(annealing_step(log_weights, 0.5, step / 2), step / 2);
  EXPECT_EQ(annealing_step(std::vector<double>(10, -3.0), 0.9, 1), 1);
}

TEST(EffectiveParticles, CountsFamilies) {
  std::vector<double> values;
  std::vector<std::int64_t> same, all;
  Rng rng(2);
  for (int family = 0; family < 100; ++family) {
    const double value = rng.normal();
    for (int i = 0; i < 10; ++i) {
      values.push_back(value);
      same.push_back(family);
      all.push_back(static_cast<std::int64_t>(all.size()));
    }
  }
  EXPECT_NEAR(effective_particles(values, same), 100, 1e-9);
  EXPECT_NEAR(effective_particles(values, all), 1000, 1e-9);
  EXPECT_EQ(effective_particles(std::vector<double>(10, 1.0), std::vector<std::int64_t>(10, 0)),
            10);
}

}  // namespace
}  // namespace fragflow
