// The memory of objects that training draws from again.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/gfn/replay_source.hpp"
#include "src/gfn/sampler.hpp"
#include "tests/gfn/source_support.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

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

// Every interval of log R that holds objects is drawn equally often, and every object of it.
TEST(ReplayBuffer, StrataAreDrawnAsStated) {
  const auto grid = small_grid(8);
  ReplayBuffer buffer(*grid, 1000);
  buffer.add(cells(*grid, 3, 40));
  std::set<State> objects;
  Rng all(2), rng(5);
  for (const State& terminal : buffer.sample(20000, "uniform", all).terminals) {
    objects.insert(terminal);
  }
  ASSERT_EQ(static_cast<std::int64_t>(objects.size()), buffer.size());
  std::map<double, double> sizes;  // by the floor of log R
  for (const State& state : objects) ++sizes[std::floor(wavy_log_reward(state))];
  ASSERT_GT(sizes.size(), 2u);
  std::map<State, std::size_t> place;
  std::vector<double> probabilities;
  for (const State& state : objects) {
    place[state] = probabilities.size();
    const double of_stratum = sizes.at(std::floor(wavy_log_reward(state)));
    probabilities.push_back(1 / (static_cast<double>(sizes.size()) * of_stratum));
  }
  std::vector<double> counts(probabilities.size());
  for (const State& terminal : buffer.sample(20000, "strata", rng).terminals) {
    ++counts[place.at(terminal)];
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

}  // namespace
}  // namespace fragflow
