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
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

PolicyConfig small_policy(bool learned_backward = false) {
  PolicyConfig config;
  config.width = 16;
  config.layers = 1;
  config.learned_backward = learned_backward;
  return config;
}

// The chi-square statistic of counts against probabilities; cells with fewer than 5 expected are
// pooled. It exceeds cells + 5 sqrt(2 cells) with probability below 1e-5.
void expect_counts(const std::vector<double>& counts, const std::vector<double>& p) {
  double total = 0, chi = 0, pooled_count = 0, pooled_expected = 0;
  for (const double count : counts) total += count;
  int cells = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double expected = total * p[i];
    if (expected < 5) {
      pooled_count += counts[i];
      pooled_expected += expected;
    } else {
      chi += std::pow(counts[i] - expected, 2) / expected;
      ++cells;
    }
  }
  if (pooled_expected > 1) {
    chi += std::pow(pooled_count - pooled_expected, 2) / pooled_expected;
    ++cells;
  }
  EXPECT_GT(cells, 5);
  EXPECT_LT(chi, cells + 5 * std::sqrt(2.0 * cells));
}

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

// Gives the same objects every time.
class FixedSource : public TrajectorySource {
 public:
  explicit FixedSource(Experience experience) : experience_(std::move(experience)) {}
  SourceBatch draw(Policy&, std::int64_t, StepObserver&) override {
    return {experience_, experience_};
  }

 private:
  Experience experience_;
};

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

Experience cells(const Hypergrid& grid, std::uint64_t seed, int count) {
  FunctionReward reward(wavy_log_reward);
  Experience experience;
  experience.trajectories = sample_uniform_trajectories(grid, count, seed, 0);
  experience.rewards = evaluate_ends(reward, experience.trajectories);
  return experience;
}

TEST(ReplayBuffer, KeepsTheLatestDistinctObjects) {
  const auto grid = small_grid(8);
  ReplayBuffer buffer(*grid, 5);
  std::vector<State> order;  // distinct, by first arrival since they were last evicted
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Experience one = cells(*grid, i, 1);
    buffer.add(one);
    const State& object = one.trajectories[0].terminal();
    if (std::find(order.begin(), order.end(), object) == order.end()) {
      order.push_back(object);
      if (order.size() > 5) order.erase(order.begin());
    }
  }
  std::set<State> drawn;
  Rng rng(1);
  const ReplayBuffer::Draw sample = buffer.sample(400, "uniform", rng);
  ASSERT_EQ(sample.terminals.size(), 400u);
  for (std::size_t i = 0; i < sample.terminals.size(); ++i) {
    drawn.insert(sample.terminals[i]);
    EXPECT_EQ(sample.rewards[i].log_reward, wavy_log_reward(sample.terminals[i]));
  }
  EXPECT_EQ(drawn, std::set<State>(order.begin(), order.end()));
}

TEST(ReplayBuffer, HalfComesFromTheTopTenPercent) {
  const auto grid = small_grid(8);
  ReplayBuffer buffer(*grid, 1000);
  buffer.add(cells(*grid, 3, 400));
  std::vector<double> rewards;
  Rng all(2);
  std::map<State, double> objects;
  for (const State& terminal : buffer.sample(20000, "uniform", all).terminals) {
    objects[terminal] = wavy_log_reward(terminal);
  }
  ASSERT_EQ(static_cast<std::int64_t>(objects.size()), buffer.size());
  for (const auto& [state, value] : objects) rewards.push_back(value);
  std::sort(rewards.rbegin(), rewards.rend());
  const double threshold = rewards[buffer.size() / 10 - 1];
  Rng rng(4);
  const ReplayBuffer::Draw sample = buffer.sample(30, "top", rng);
  for (int i = 0; i < 15; ++i) EXPECT_GE(sample.rewards[i].log_reward, threshold);
  int below = 0;
  for (int i = 15; i < 30; ++i) below += sample.rewards[i].log_reward < threshold;
  EXPECT_GT(below, 5);
}

// The probability of every rank, by integrating the density that the header states.
TEST(ReplayBuffer, RanksAreDrawnAsStated) {
  const auto grid = small_grid(8);
  ReplayBuffer buffer(*grid, 1000);
  buffer.add(cells(*grid, 3, 30));
  buffer.add(cells(*grid, 4, 30));  // sorted into the others
  const auto n = static_cast<double>(buffer.size());
  Rng all(2), rng(5);
  std::map<State, double> objects;
  for (const State& terminal : buffer.sample(20000, "uniform", all).terminals) {
    objects[terminal] = wavy_log_reward(terminal);
  }
  std::vector<double> rewards;
  for (const auto& [state, value] : objects) rewards.push_back(value);
  ASSERT_EQ(static_cast<double>(rewards.size()), n);
  std::sort(rewards.rbegin(), rewards.rend());
  const auto first_of = [&](double value) {  // equal rewards are one cell
    return std::lower_bound(rewards.begin(), rewards.end(), value, std::greater<>()) -
           rewards.begin();
  };
  std::vector<double> counts(rewards.size()), probabilities(rewards.size());
  for (std::size_t i = 0; i < rewards.size(); ++i) {
    const double r = static_cast<double>(i);
    probabilities[first_of(rewards[i])] +=
        std::log((0.01 * n + r + 1) / (0.01 * n + r)) / std::log(101.0);
  }
  for (const RewardResult& reward : buffer.sample(20000, "rank", rng).rewards) {
    ++counts[first_of(reward.log_reward)];
  }
  expect_counts(counts, probabilities);
}

TEST(ReplayBuffer, KnownObjectsStay) {
  const auto grid = small_grid(8);
  std::vector<DatasetObject> known;
  std::set<State> ends;
  for (const Trajectory& trajectory : cells(*grid, 11, 3).trajectories) {
    known.push_back({{trajectory.terminal()}, {}});
    known.back().reward.log_reward = wavy_log_reward(trajectory.terminal());
    ends.insert(trajectory.terminal());
  }
  ReplayBuffer buffer(*grid, 2);
  buffer.keep(known);
  for (std::uint64_t i = 0; i < 20; ++i) buffer.add(cells(*grid, i, 1));
  EXPECT_EQ(buffer.size(), static_cast<std::int64_t>(ends.size()) + 2);
  SafetensorsFile file;
  buffer.save(file);
  ReplayBuffer loaded(*grid, 2);
  loaded.load(file);
  loaded.add(cells(*grid, 50, 4));
  Rng rng(1);
  std::set<State> drawn;
  for (const State& terminal : loaded.sample(400, "uniform", rng).terminals) drawn.insert(terminal);
  EXPECT_EQ(drawn.size(), ends.size() + 2);
  EXPECT_TRUE(std::includes(drawn.begin(), drawn.end(), ends.begin(), ends.end()));
}

// The path to a remembered object is drawn by P_B: here uniform over distinct parents.
TEST(Replay, PathsAreDrawnAfresh) {
  const auto grid = small_grid(5);
  const auto policy = make_policy(grid->shape(), small_policy(), 1);
  Experience start = cells(*grid, 7, 1);
  for (std::uint64_t seed = 8; start.trajectories[0].length() < 5; ++seed) {
    start = cells(*grid, seed, 1);
  }
  ReplayConfig config;
  config.batch_size = 50;
  ReplaySource source(std::make_unique<FixedSource>(start), *grid, config, false, 6);
  StepObserver observer;
  source.draw(*policy, 0, observer);
  const SourceBatch batch = source.draw(*policy, 1, observer);
  std::set<std::vector<State>> paths;
  for (std::size_t i = 1; i < batch.learn.trajectories.size(); ++i) {
    EXPECT_EQ(batch.learn.trajectories[i].terminal(), start.trajectories[0].terminal());
    paths.insert(batch.learn.trajectories[i].states);
  }
  EXPECT_GT(paths.size(), 3u);
  EXPECT_EQ(batch.visited.trajectories.size(), 1u);
}

TEST(ReplayBuffer, AnotherEnvironmentsBufferIsAUserError) {
  const auto large = small_grid(8);
  ReplayBuffer buffer(*large, 100);
  buffer.add(cells(*large, 3, 100));
  SafetensorsFile file;
  buffer.save(file);
  const auto small = small_grid(3);
  ReplayBuffer other(*small, 100);
  EXPECT_THROW(other.load(file), UserError);
  ReplayBuffer less(*large, 10);
  EXPECT_THROW(less.load(file), UserError);
}

// Chains of C and N that end with F, each with two slots that differ: two choices for each.
std::unique_ptr<FragmentTree> many_choices(int fragments) {
  std::string text = "[";
  for (int i = 0; i < fragments; ++i) {
    std::string chain = "CC";
    for (int bit = 0; bit < 15; ++bit) chain += (i >> bit & 1) != 0 ? 'N' : 'C';
    text += (i > 0 ? ", [\"" : "[\"") + chain + "F\", [0, 1]]";
  }
  FragmentTreeConfig config;
  config.max_fragments = 3;
  return std::make_unique<FragmentTree>(Vocabulary::parse(text + "]", "chains"), config);
}

TEST(ReplayBuffer, KeepsChoicesAbove16Bits) {
  const auto environment = many_choices(17000);
  ASSERT_EQ(environment->shape().num_choices, 34000);
  Trajectory trajectory;
  trajectory.states = {environment->initial_state()};
  const auto take = [&](Action action) {
    trajectory.states.push_back(environment->apply(trajectory.states.back(), action));
    trajectory.actions.push_back(action);
  };
  take({0, environment->first_choice(16999)});
  take({1, 33999});
  take({0, 33001});
  take(Action::stop());
  EXPECT_EQ(trajectory.states[2].nodes[1].label, 16999);
  // Every way back leads to where it came from.
  for (std::size_t t = 1; t < trajectory.states.size(); ++t) {
    std::vector<BackwardAction> removals;
    environment->legal_backward_actions(trajectory.states[t], removals);
    for (const BackwardAction removal : removals) {
      const Predecessor before = environment->undo(trajectory.states[t], removal);
      EXPECT_EQ(environment->apply(before.parent, before.action), trajectory.states[t]);
    }
  }
  Experience one;
  one.trajectories = {trajectory};
  one.rewards.resize(1);
  one.rewards[0].log_reward = -1.5;
  ReplayBuffer buffer(*environment, 10), again(*environment, 10);
  buffer.add(one);
  SafetensorsFile file;
  buffer.save(file);
  again.load(file);
  Rng rng(1);
  const ReplayBuffer::Draw drawn = again.sample(1, "uniform", rng);
  ASSERT_EQ(drawn.terminals.size(), 1U);
  EXPECT_EQ(drawn.terminals[0], trajectory.terminal());
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
