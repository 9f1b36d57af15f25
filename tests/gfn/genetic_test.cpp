// Genetic proposals: the population, its offspring, and learning from them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/genetic_learner.hpp"
#include "src/gfn/genetic_source.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/scoring.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

// Different for every state, so that ranks are unambiguous; by at most kTies.
constexpr double kTies = 2e-3;
double distinct_log_reward(const State& state) {
  return wavy_log_reward(state) + 1e-9 * static_cast<double>(StateHash{}(state) % 1000003);
}

Experience evaluated(const std::vector<State>& terminals, Reward& reward) {
  Experience experience;
  for (const State& state : terminals) experience.trajectories.push_back({{state}, {}});
  experience.rewards = evaluate_ends(reward, experience.trajectories);
  return experience;
}

std::vector<State> terminals_of(const Environment& environment) {
  const StateGraph graph = enumerate(environment, 100000);
  return {graph.terminals().begin(), graph.terminals().end()};
}

std::vector<int> fragments_of(const State& state) {
  std::vector<int> labels;
  for (int v = 0; v < state.num_nodes; ++v) labels.push_back(state.nodes[v].label);
  std::sort(labels.begin(), labels.end());
  return labels;
}

// Whatever the order in which all 417 objects of a space come: the best 40 of the best 3 of each
// multiset of fragments.
TEST(Population, KeepsTheBestOfEachMultisetOfFragments) {
  const auto environment = ring_world(3);
  FunctionReward reward(distinct_log_reward);
  std::vector<State> terminals = terminals_of(*environment);
  std::vector<State> by_score = terminals;
  std::sort(by_score.begin(), by_score.end(), [](const State& a, const State& b) {
    return distinct_log_reward(a) > distinct_log_reward(b);
  });
  std::map<std::vector<int>, int> taken;
  std::vector<State> expected;
  for (const State& state : by_score) {
    if (expected.size() < 40 && ++taken[fragments_of(state)] <= 3) expected.push_back(state);
  }
  BreedingConfig config;
  config.population = 40;
  config.alike = 3;
  for (std::uint64_t order = 0; order < 5; ++order) {
    Rng rng(1, order);
    for (std::size_t i = terminals.size(); i > 1; --i) {
      std::swap(terminals[i - 1], terminals[rng.below(i)]);
    }
    Population population(*environment, config);
    for (std::size_t i = 0; i < terminals.size(); i += 50) {
      const std::size_t end = std::min(i + 50, terminals.size());
      population.add(evaluated({terminals.begin() + i, terminals.begin() + end}, reward));
    }
    std::vector<State> members;
    for (int r = 0; r < population.size(); ++r) members.push_back(population.state(r));
    EXPECT_EQ(members, expected);
    for (const State& state : terminals) EXPECT_TRUE(population.has_seen(state));
  }
}

TEST(Population, HoldsAMoleculeOnceAndNothingInvalid) {
  const auto environment = ring_world(2);
  FunctionReward reward(distinct_log_reward);
  const std::vector<State> terminals = terminals_of(*environment);
  Experience experience = evaluated({terminals.begin(), terminals.begin() + 4}, reward);
  experience.rewards[0].object = experience.rewards[2].object = "C1CCOCC1";
  experience.rewards[3].valid = false;
  Population population(*environment, {});
  population.add(experience);
  std::set<State> members;
  for (int r = 0; r < population.size(); ++r) members.insert(population.state(r));
  EXPECT_EQ(members, (std::set<State>{terminals[0], terminals[1]}));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(population.has_seen(terminals[i]));
  EXPECT_FALSE(population.has_seen(terminals[5]));
}

// 40,000 draws, seed 2, within 5 standard deviations of 1 / (.5 n + r).
TEST(Population, DrawsParentsByRank) {
  const auto environment = ring_world(2);
  FunctionReward reward(distinct_log_reward);
  const std::vector<State> terminals = terminals_of(*environment);
  BreedingConfig config;
  config.population = 5;
  config.selection = 0.5;
  Population population(*environment, config);
  population.add(evaluated(terminals, reward));
  ASSERT_EQ(population.size(), 5);
  double total = 0;
  for (int r = 0; r < 5; ++r) total += 1 / (2.5 + r);
  std::vector<double> counts(5, 0);
  for (int i = 0; i < 40000; ++i) {
    Rng rng(2, 0, i);
    ++counts[population.draw_rank(rng)];
  }
  for (int r = 0; r < 5; ++r) {
    const double p = 1 / (2.5 + r) / total;
    EXPECT_NEAR(counts[r], 40000 * p, 5 * std::sqrt(40000 * p * (1 - p))) << r;
  }
}

TEST(Population, AnotherEnvironmentsIsAUserError) {
  const auto rings = ring_world(3);
  FunctionReward reward(distinct_log_reward);
  Population population(*rings, {});
  population.add(evaluated(terminals_of(*rings), reward));
  SafetensorsFile file;
  population.save(file);
  Population same(*rings, {});
  same.load(file);
  ASSERT_EQ(same.size(), population.size());
  for (int r = 0; r < same.size(); ++r) {
    EXPECT_EQ(same.state(r), population.state(r));
    EXPECT_EQ(same.score(r), population.score(r));
  }
  BreedingConfig smaller;
  smaller.population = 10;
  Population less(*rings, smaller);
  EXPECT_THROW(less.load(file), UserError);
  file.tensors["population.scores"] = TensorData::from_doubles({0}, nullptr);
  EXPECT_THROW(same.load(file), UserError);
}

// Of two parents of three fragments: with mutation = 1 nothing but single changes of one of them,
// with .5 these and crossovers; never a changed crossover, of which the space holds more.
TEST(Breeding, AChildIsAChangeOrACrossoverNotBoth) {
  const auto environment = ring_world(3);
  FunctionReward reward(distinct_log_reward);
  std::vector<State> parents;
  for (const State& state : terminals_of(*environment)) {
    if (state.num_nodes == 3) parents.push_back(state);
  }
  parents = {parents.front(), parents.back()};  // as different as there are
  const TreeOperators operators(*environment, 0);
  std::set<State> changed, crossed;
  for (int i = 0; i < 20000; ++i) {
    Rng rng(5, i);
    const State &first = parents[i % 2], &second = parents[i / 2 % 2];
    if (const auto child = operators.mutate(first, rng)) changed.insert(*child);
    if (const auto child = operators.crossover(first, second, rng)) crossed.insert(*child);
  }
  std::set<State> either = changed;
  either.insert(crossed.begin(), crossed.end());
  ASSERT_LT(either.size(), 350u);  // of 417
  ASSERT_GT(either.size(), changed.size());
  BreedingConfig config;
  config.alike = 10;
  config.frequency = 0;
  Population population(*environment, config);
  population.add(evaluated(parents, reward));
  ASSERT_EQ(population.size(), 2);
  for (const double mutation : {1.0, 0.5, 0.0}) {
    config.mutation = mutation;
    for (std::uint64_t stream = 0; stream < 200; ++stream) {
      for (const State& child : breed(operators, population, config, 16, 1, stream)) {
        EXPECT_TRUE((mutation == 1 ? changed : either).contains(child));
      }
    }
  }
}

TEST(Breeding, GivesNewObjectsUntilThereAreNone) {
  const auto environment = ring_world(3);
  FunctionReward reward(distinct_log_reward);
  const std::vector<State> terminals = terminals_of(*environment);
  const std::set<State> space(terminals.begin(), terminals.end());
  const TreeOperators operators(*environment, 0);
  BreedingConfig config;
  Population population(*environment, config);
  EXPECT_TRUE(breed(operators, population, config, 8, 1, 0).empty());
  std::set<State> met(terminals.begin(), terminals.begin() + 3);
  population.add(evaluated({met.begin(), met.end()}, reward));
  for (int step = 0; step < 300; ++step) {
    const int before = num_threads();
    set_num_threads(1);
    const std::vector<State> offspring = breed(operators, population, config, 16, 1, step);
    set_num_threads(4);
    EXPECT_EQ(breed(operators, population, config, 16, 1, step), offspring);
    set_num_threads(before);
    EXPECT_LE(offspring.size(), 16u);
    for (const State& state : offspring) {
      EXPECT_TRUE(space.contains(state));
      EXPECT_TRUE(met.insert(state).second) << environment->to_string(state);
    }
    population.add(evaluated(offspring, reward));
  }
  EXPECT_GT(met.size(), 380u);
  population.add(evaluated(terminals, reward));
  EXPECT_TRUE(breed(operators, population, config, 16, 1, 0).empty());
}

class UniformSource : public TrajectorySource {
 public:
  UniformSource(const Environment& environment, Reward& reward)
      : environment_(environment), reward_(reward) {}
  SourceBatch draw(Policy&, std::int64_t step, StepObserver&) override {
    SourceBatch batch;
    batch.learn.trajectories = sample_uniform_trajectories(environment_, 8, 1, step);
    batch.learn.rewards = evaluate_ends(reward_, batch.learn.trajectories);
    batch.visited = batch.learn;
    return batch;
  }

 private:
  const Environment& environment_;
  Reward& reward_;
};

auto narrow_policy(const Environment& environment, bool learned_backward) {
  PolicyConfig config;
  config.width = 16;
  config.layers = 1;
  config.learned_backward = learned_backward;
  return make_policy(environment.shape(), config, 3);
}

TEST(Genetic, OffspringAreScoredVisitedAndLearnedFrom) {
  const auto environment = ring_world(3);
  const auto policy = narrow_policy(*environment, /*learned_backward=*/true);
  for (const bool learned : {false, true}) {
    FunctionReward reward(distinct_log_reward);
    GeneticConfig config;
    config.batch_size = 6;
    GeneticSource source(std::make_unique<UniformSource>(*environment, reward), *environment,
                         reward, config, learned, /*seed=*/4);
    StepObserver observer;
    std::set<State> met;
    for (int step = 0; step < 10; ++step) {
      const SourceBatch batch = source.draw(*policy, step, observer);
      ASSERT_EQ(batch.learn.trajectories.size(), 14u);
      ASSERT_EQ(batch.visited.trajectories.size(), 14u);
      EXPECT_EQ(reward.num_calls(), 14 * (step + 1));
      for (std::size_t i = 0; i < 14; ++i) {
        const Trajectory& t = batch.learn.trajectories[i];
        EXPECT_EQ(t.terminal(), batch.visited.trajectories[i].terminal());
        EXPECT_EQ(batch.learn.rewards[i].log_reward, distinct_log_reward(t.terminal()));
        EXPECT_EQ(batch.visited.rewards[i].log_reward, distinct_log_reward(t.terminal()));
        ASSERT_EQ(t.states.front(), environment->initial_state());
        for (int k = 0; k < t.length(); ++k) {
          ASSERT_EQ(environment->apply(t.states[k], t.actions[k]), t.states[k + 1]);
        }
        const bool is_new = met.insert(t.terminal()).second;
        EXPECT_TRUE(i < 8 || is_new) << environment->to_string(t.terminal());
      }
    }
  }
}

TEST(Genetic, ThePolicyPicksTheOffspringThatItExpectsToScoreBest) {
  const auto environment = ring_world(3);
  const auto policy = narrow_policy(*environment, /*learned_backward=*/false);
  const auto mean_estimate = [&](int screen) {
    FunctionReward reward(distinct_log_reward);
    GeneticConfig config;
    config.batch_size = 6;
    config.screen = screen;
    GeneticSource source(std::make_unique<UniformSource>(*environment, reward), *environment,
                         reward, config, /*learned_backward=*/false, /*seed=*/4);
    StepObserver observer;
    double sum = 0;
    for (int step = 0; step < 10; ++step) {
      const SourceBatch batch = source.draw(*policy, step, observer);
      EXPECT_EQ(reward.num_calls(), 14 * (step + 1));  // only what was picked is scored
      const std::vector<Trajectory> bred(batch.learn.trajectories.begin() + 8,
                                         batch.learn.trajectories.end());
      EXPECT_EQ(bred.size(), 6u);
      const torch::NoGradGuard no_grad;
      const ScoredBatch scored = score_trajectories(*environment, *policy, bred,
                                                    std::vector<double>(bred.size(), 0.0), false);
      sum += (scored.log_pf - scored.log_pb).sum(1).mean().item<double>();
    }
    return sum / 10;
  };
  EXPECT_GT(mean_estimate(8), mean_estimate(1) + 0.5);
}

struct Settings : TrainingSettings {
  Settings() {
    training.steps = 500;
    training.batch_size = 16;
    exploration.genetic.batch_size = 16;
    exploration.genetic.breeding.population = 20;
  }
};

// Proposals change what is seen, not what training converges to. The bound is that of replay.
TEST(Genetic, TrainingStillReachesTheTarget) {
  Settings settings;
  for (const bool learned : {false, true}) {
    for (const int screen : {1, 4}) {
      settings.policy.learned_backward = learned;
      settings.exploration.genetic.screen = screen;
      EXPECT_LT(trained_tv(*ring_world(2), settings), 0.05);
    }
  }
}

// A larger space, in which few trajectories come from the policy: the rest are offspring, new ones
// first and then those that replay remembers with the ways that were drawn for them.
TEST(Genetic, TrainingReachesTheTargetMostlyOnOffspring) {
  Settings settings;
  settings.training.steps = 1500;
  settings.training.batch_size = 4;
  settings.exploration.replay.batch_size = 32;
  for (const bool learned : {false, true}) {
    settings.policy.learned_backward = learned;
    EXPECT_LT(trained_tv(*ring_world(3), settings), 0.05);
  }
}

TEST(Genetic, AResumedRunEqualsAnUninterruptedOne) {
  Settings settings;
  settings.exploration.replay.batch_size = 8;
  EXPECT_EQ(bytes_after(*ring_world(3), settings, 20, 9),
            bytes_after(*ring_world(3), settings, 20, -1));
}

TEST(Genetic, AGridIsRefused) {
  const auto grid = small_grid(4);
  FunctionReward reward(wavy_log_reward);
  EXPECT_THROW(GeneticSource(nullptr, *grid, reward, {}, false, 0), UserError);
  EXPECT_THROW(GeneticLearner(*grid, reward, {}, {}, 0), UserError);
  EXPECT_THROW(RecombinationLearner(*grid, reward, {}, 0), UserError);
}

// 480 visits in a space of thousands of objects find the best one, which as many random
// recombinations do not.
TEST(GeneticAlgorithm, FindsTheBestObject) {
  const auto environment = ring_world(4);
  FunctionReward reward(distinct_log_reward);
  double best = -1e9;
  const std::vector<State> terminals = terminals_of(*environment);
  EXPECT_GT(terminals.size(), 4000u);
  for (const State& state : terminals) best = std::max(best, distinct_log_reward(state));
  TrainingConfig training;
  training.batch_size = 16;
  BreedingConfig config;
  config.population = 48;
  GeneticLearner genetic(*environment, reward, config, training, /*seed=*/1);
  RecombinationLearner random(*environment, reward, training, /*seed=*/1);
  const auto best_of = [](Learner& learner) {
    double found = -1e9;
    for (int step = 0; step < 30; ++step) {
      const StepResult result = learner.step();
      EXPECT_EQ(result.visited.rewards.size(), 16u);
      for (const RewardResult& r : result.visited.rewards) found = std::max(found, r.log_reward);
    }
    return found;
  };
  EXPECT_GT(best_of(genetic), best - kTies);
  EXPECT_LT(best_of(random), best - 0.1);
  // Samples are members; the better half comes more often.
  std::set<State> drawn;
  for (const Trajectory& t : genetic.sample(2000, 3, 0, {})) drawn.insert(t.terminal());
  EXPECT_LE(drawn.size(), 48u);
  EXPECT_GT(drawn.size(), 40u);
  EXPECT_THROW(genetic.sample(10, 3, 0, Exploration{.epsilon = 0.1}), UserError);
}

}  // namespace
}  // namespace fragflow
