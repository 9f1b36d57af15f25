// Where trajectories come from: backwards from objects, replay, local search, a table.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/dataset_source.hpp"
#include "src/gfn/local_search_source.hpp"
#include "src/gfn/replay_source.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/source_support.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

std::vector<double> target_of(const StateGraph& graph) {
  return normalise(terminal_log_rewards(graph));
}

// count objects in proportion to p, by inversion.
std::vector<State> draw_terminals(const StateGraph& graph, const std::vector<double>& p,
                                  std::size_t count) {
  std::vector<State> drawn;
  for (std::size_t i = 0; i < count; ++i) {
    double left = Rng(91, 0, i).uniform();
    std::size_t k = 0;
    while (k + 1 < p.size() && left >= p[k]) left -= p[k++];
    drawn.push_back(graph.terminals()[k]);
  }
  return drawn;
}

class Backward : public testing::TestWithParam<bool> {};

// Trajectories to one object appear as often as the product of P_B says: 20,000 samples, seed 5.
TEST_P(Backward, TrajectoriesFollowTheScoredProbabilities) {
  const bool learned = GetParam();
  const auto environment = atom_world(4);
  const auto policy = make_policy(environment->shape(), small_policy(learned), 3);
  const StateGraph graph = enumerate(*environment, 10000);
  const std::vector<double> ways = count_trajectories(graph);
  const auto most = std::max_element(ways.begin() + graph.num_internal, ways.end());
  const State object = graph.states[most - ways.begin()];
  const std::vector<State> objects(20000, object);
  const auto drawn = sample_backward_trajectories(*environment, *policy, objects, learned, 5, 0);
  std::map<std::vector<State>, std::pair<Trajectory, double>> classes;
  for (const Trajectory& trajectory : drawn) {
    ASSERT_EQ(trajectory.states.front(), environment->initial_state());
    ASSERT_EQ(trajectory.terminal(), object);
    auto& [example, count] = classes[trajectory.states];
    example = trajectory;
    ++count;
  }
  std::vector<Trajectory> examples;
  std::vector<double> counts;
  for (const auto& [states, entry] : classes) {
    examples.push_back(entry.first);
    counts.push_back(entry.second);
  }
  EXPECT_EQ(static_cast<double>(examples.size()), *most);
  const torch::Tensor log_pb =
      score_trajectories(*environment, *policy, examples, std::vector<double>(examples.size(), 0.0),
                         learned)
          .log_pb.sum(1)
          .to(torch::kFloat64);
  std::vector<double> p;
  for (std::size_t i = 0; i < examples.size(); ++i) p.push_back(std::exp(log_pb[i].item<double>()));
  expect_counts(counts, p);
}

INSTANTIATE_TEST_SUITE_P(UniformAndLearned, Backward, testing::Bool());

TEST(Backward, TheActionsLeadFromStateToState) {
  const auto environment = ring_world(3);
  const auto policy = make_policy(environment->shape(), small_policy(true), 3);
  const StateGraph graph = enumerate(*environment, 10000);
  const std::vector<State> objects(graph.terminals().begin(), graph.terminals().end());
  for (const bool learned : {false, true}) {
    for (const Trajectory& trajectory :
         sample_backward_trajectories(*environment, *policy, objects, learned, 1, 2)) {
      for (int t = 0; t < trajectory.length(); ++t) {
        EXPECT_EQ(environment->apply(trajectory.states[t], trajectory.actions[t]),
                  trajectory.states[t + 1]);
      }
    }
  }
}

struct SearchCase {
  const char* name;
  bool is_grid, learned_backward;
};

class MetropolisSearch : public testing::TestWithParam<SearchCase> {};

// Objects that are distributed as R / Z stay so, whatever the policy: 20,000 of them, three rounds
// with an untrained policy. Without the ratio of ways the statistic is far beyond the bound.
TEST_P(MetropolisSearch, KeepsTheTarget) {
  std::unique_ptr<Environment> environment;
  if (GetParam().is_grid) {
    environment = small_grid(4);
  } else {
    environment = atom_world(3);
  }
  const bool learned = GetParam().learned_backward;
  const auto policy = make_policy(environment->shape(), small_policy(learned), 8);
  FunctionReward reward(wavy_log_reward);
  const StateGraph graph = enumerate(*environment, 10000);
  const std::vector<double> p = target_of(graph);
  Experience current;
  const std::vector<State> starts = draw_terminals(graph, p, 20000);
  current.trajectories = sample_backward_trajectories(*environment, *policy, starts, learned, 1, 0);
  current.rewards = reward.evaluate(starts);
  LocalSearchConfig config;
  config.rounds = 3;
  config.max_steps = 2;
  config.accept = "metropolis";
  LocalSearchSource source(nullptr, *environment, reward, config, learned, /*seed=*/6);
  StepObserver observer;
  std::size_t accepted = 0;
  for (int round = 0; round < config.rounds; ++round) {
    const auto result = source.run_round(current, *policy, round, observer);
    for (std::size_t k = 0; k < result.of.size(); ++k) accepted += result.accepted[k];
  }
  EXPECT_GT(accepted, 2000u);
  const auto index = index_of_states(graph);
  std::vector<double> counts(p.size(), 0.0);
  for (const Trajectory& trajectory : current.trajectories) {
    ++counts[index.at(trajectory.terminal()) - graph.num_internal];
  }
  expect_counts(counts, p);
}

INSTANTIATE_TEST_SUITE_P(Spaces, MetropolisSearch,
                         testing::Values(SearchCase{"grid", true, false},
                                         SearchCase{"grid_learned", true, true},
                                         SearchCase{"atoms", false, false},
                                         SearchCase{"atoms_learned", false, true}),
                         [](const auto& info) { return info.param.name; });

TEST(LocalSearch, LearnsFromWhatIsBetterAndCountsEveryProposal) {
  const auto environment = ring_world(3);
  const auto policy = make_policy(environment->shape(), small_policy(), 8);
  FunctionReward reward(wavy_log_reward);
  Experience start;
  start.trajectories = sample_uniform_trajectories(*environment, 100, 3, 0);
  start.rewards = evaluate_ends(reward, start.trajectories);
  LocalSearchConfig config;
  config.rounds = 1;
  config.max_steps = 1;
  const std::int64_t calls = reward.num_calls();
  LocalSearchSource source(std::make_unique<FixedSource>(start), *environment, reward, config,
                           false, 6);
  StepObserver observer;
  const SourceBatch batch = source.draw(*policy, 0, observer);
  EXPECT_EQ(batch.visited.trajectories.size(), 200u);
  EXPECT_EQ(reward.num_calls() - calls, 100);
  std::size_t better = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    if (batch.visited.rewards[100 + i].log_reward <= start.rewards[i].log_reward) continue;
    EXPECT_EQ(batch.learn.trajectories.at(100 + better).terminal(),
              batch.visited.trajectories[100 + i].terminal());
    ++better;
  }
  EXPECT_GT(better, 5u);
  EXPECT_EQ(batch.learn.trajectories.size(), 100 + better);
  EXPECT_EQ(batch.learn.rewards.size(), 100 + better);
}

struct Settings : TrainingSettings {
  Settings() {
    training.steps = 500;
    training.batch_size = 16;
    exploration.replay.batch_size = 16;
    exploration.replay.capacity = 60;
    exploration.replay.priority = "top";
    exploration.local_search.rounds = 1;
  }
};

// Off-policy batches change what is seen, not what it converges to.
TEST(Replay, TrainingStillReachesTheTarget) {
  Settings settings;
  for (const bool learned : {false, true}) {
    settings.policy.learned_backward = learned;
    settings.exploration.local_search.accept = learned ? "metropolis" : "better";
    const auto environment = ring_world(2);
    FunctionReward reward(wavy_log_reward);
    Trainer trainer(*environment, reward, settings.policy, settings.objective, settings.training,
                    settings.exploration, 0);
    while (trainer.steps_done() < settings.training.steps) {
      const StepResult result = trainer.step();
      EXPECT_GE(result.visited.trajectories.size(), 16u);  // replayed ones are not visits
      EXPECT_LE(result.visited.trajectories.size(), 32u);
    }
    EXPECT_LT(exact_tv(*environment, *trainer.sampling_policy()), 0.05);
  }
}

std::string bytes_of(int interrupt_at) {
  Settings settings;
  settings.training.keep_best = 4;
  return bytes_after(*ring_world(3), settings, 20, interrupt_at);
}

TEST(Replay, AResumedRunEqualsAnUninterruptedOne) { EXPECT_EQ(bytes_of(9), bytes_of(-1)); }

TEST(Trainer, KeepsTheWeightsOfTheLowestLoss) {
  Settings settings;
  settings.training.keep_best = 1;
  settings.training.learning_rate = 0.05;  // so that the loss jumps
  const auto environment = small_grid(5);
  FunctionReward reward(wavy_log_reward);
  Trainer trainer(*environment, reward, settings.policy, settings.objective, settings.training,
                  settings.exploration, 0);
  double lowest = std::numeric_limits<double>::infinity();
  std::vector<torch::Tensor> best;
  int num_best = 0;
  for (int i = 0; i < 30; ++i) {
    const double loss = trainer.step().loss;
    if (loss >= lowest) continue;
    lowest = loss;
    ++num_best;
    best.clear();
    for (const torch::Tensor& p : trainer.policy().parameters()) best.push_back(p.clone());
  }
  EXPECT_LT(num_best, 30);
  const auto kept = trainer.sampling_policy()->parameters();
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_TRUE(torch::equal(kept[i], best[i]));
}

// A table of all 16 cells is all that training sees.
TEST(Dataset, OfflineTrainingReachesTheTarget) {
  const auto environment = small_grid(4);
  FunctionReward reward(wavy_log_reward);
  std::vector<DatasetObject> objects;
  const StateGraph graph = enumerate(*environment, 1000);
  for (const State& cell : graph.terminals()) {
    objects.push_back({{cell}, reward.evaluate(std::span(&cell, 1))[0]});
  }
  const std::int64_t calls = reward.num_calls();
  Settings settings;
  for (const bool learned : {false, true}) {
    settings.policy.learned_backward = learned;
    Trainer trainer(*environment, reward,
                    std::make_unique<DatasetSource>(*environment, objects, settings.training,
                                                    learned, /*seed=*/1),
                    settings.policy, settings.objective, settings.training, /*seed=*/0);
    while (trainer.steps_done() < settings.training.steps) trainer.step();
    EXPECT_LT(exact_tv(*environment, *trainer.sampling_policy()), 0.05);
  }
  EXPECT_EQ(reward.num_calls(), calls);
}

TEST(Dataset, EveryTreeOfAMoleculeIsDrawn) {
  const auto environment = ring_world(2);
  const StateGraph graph = enumerate(*environment, 1000);
  const std::vector<State> trees(graph.terminals().begin(), graph.terminals().begin() + 3);
  TrainingConfig training;
  training.batch_size = 100;
  DatasetSource source(*environment, {{trees, {}}}, training, false, 1);
  const auto policy = make_policy(environment->shape(), small_policy(), 1);
  StepObserver observer;
  std::set<State> seen;
  for (const Trajectory& t : source.draw(*policy, 0, observer).learn.trajectories) {
    seen.insert(t.terminal());
  }
  EXPECT_EQ(seen, std::set<State>(trees.begin(), trees.end()));
}

}  // namespace
}  // namespace fragflow
