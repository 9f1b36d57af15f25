// Training that goes on from memory while scores are awaited.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/stopped.hpp"
#include "src/gfn/ahead_source.hpp"
#include "src/gfn/on_policy_source.hpp"
#include "tests/gfn/source_support.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

constexpr int kBatch = 6, kAhead = 3;
constexpr std::int64_t kSteps = 12;

// Answers a batch when it is allowed to.
class SlowReward : public FunctionReward {
 public:
  SlowReward() : FunctionReward(wavy_log_reward) {}
  std::vector<RewardResult> evaluate(std::span<const State> states) override {
    std::unique_lock lock(mutex_);
    ++num_asked_;
    change_.notify_all();
    change_.wait(lock, [&] { return num_allowed_ > 0; });
    --num_allowed_;
    if (is_stopped_) throw Stopped();
    if (is_broken_) user_error("the scorer is broken");
    return FunctionReward::evaluate(states);
  }
  void allow(int batches) {
    const std::lock_guard lock(mutex_);
    num_allowed_ += batches;
    change_.notify_all();
  }
  void break_down(bool stopped) {
    const std::lock_guard lock(mutex_);
    (stopped ? is_stopped_ : is_broken_) = true;
    num_allowed_ = 1000;
    change_.notify_all();
  }
  void wait_until_asked(int times) {
    std::unique_lock lock(mutex_);
    change_.wait(lock, [&] { return num_asked_ >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable change_;
  int num_allowed_ = 0, num_asked_ = 0;
  bool is_stopped_ = false, is_broken_ = false;
};

struct Ahead : testing::Test {
  std::unique_ptr<Hypergrid> grid = small_grid(8);
  SlowReward reward;
  std::shared_ptr<Policy> policy = make_policy(grid->shape(), small_policy(), 1);
  StepObserver silent;

  std::unique_ptr<AheadSource> source() {
    TrainingConfig training;
    training.steps = kSteps;
    training.batch_size = kBatch;
    ReplayConfig replay;
    replay.batch_size = 4;
    replay.ahead = kAhead;
    auto inner = std::make_unique<OnPolicySource>(*grid, reward, ExplorationConfig{}, training,
                                                  Conditioning{}, 5);
    return std::make_unique<AheadSource>(std::move(inner), *grid, reward, replay, kSteps,
                                         /*learned_backward=*/false, 7,
                                         make_policy(grid->shape(), small_policy(), 2));
  }
};

TEST_F(Ahead, StepsLearnFromMemoryUntilScoresCome) {
  const auto ahead = source();
  reward.allow(1);
  // The first step waits; there is no memory yet.
  SourceBatch batch = ahead->draw(*policy, 0, silent);
  EXPECT_EQ(batch.visited.rewards.size(), 6U);
  EXPECT_EQ(batch.learn.rewards.size(), 6U);
  for (std::int64_t step = 1; step <= kAhead; ++step) {
    batch = ahead->draw(*policy, step, silent);
    EXPECT_EQ(batch.visited.rewards.size(), 0U) << step;
    ASSERT_EQ(batch.learn.rewards.size(), 4U) << step;
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(batch.learn.rewards[i].log_reward,
                wavy_log_reward(batch.learn.trajectories[i].terminal()));
    }
  }
  // Then it waits again: this returns because the batch is allowed.
  reward.allow(1);
  batch = ahead->draw(*policy, kAhead + 1, silent);
  EXPECT_EQ(batch.visited.rewards.size(), 6U);
  EXPECT_EQ(batch.learn.rewards.size(), 10U);
  // What comes early is taken early.
  reward.wait_until_asked(3);
  reward.allow(1);
  std::int64_t step = kAhead + 2;
  while (ahead->draw(*policy, step, silent).visited.rewards.empty()) ++step;
  EXPECT_LE(step, kAhead + 2 + kAhead);
  // The last step waits for what is on the way and begins nothing.
  reward.allow(1);
  EXPECT_EQ(ahead->draw(*policy, kSteps - 1, silent).visited.rewards.size(), 6U);
}

TEST_F(Ahead, ABatchOnTheWayIsSavedAndScoredAgain) {
  auto ahead = source();
  reward.allow(2);
  const SourceBatch first = ahead->draw(*policy, 0, silent);
  SafetensorsFile file;
  ahead->save(file);  // waits for the second batch
  const SourceBatch second = ahead->draw(*policy, 1, silent);
  ASSERT_EQ(second.visited.rewards.size(), 6U);
  reward.allow(1000);  // the third
  ahead.reset();
  ahead = source();
  ahead->load(parse_safetensors(serialise_safetensors(file), "saved"));
  SourceBatch again;
  for (std::int64_t step = 1; again.visited.rewards.empty(); ++step) {
    again = ahead->draw(*policy, step, silent);
  }
  ASSERT_EQ(again.visited.rewards.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(again.visited.trajectories[i].terminal(), second.visited.trajectories[i].terminal());
    EXPECT_EQ(again.visited.rewards[i].log_reward, second.visited.rewards[i].log_reward);
  }
  ahead.reset();
  // Another environment's checkpoint is refused.
  grid = small_grid(3);
  policy = make_policy(grid->shape(), small_policy(), 1);
  EXPECT_THROW(source()->load(file), UserError);
}

TEST_F(Ahead, FailuresOfTheScorerReachTheTraining) {
  const auto ahead = source();
  reward.allow(1);
  ahead->draw(*policy, 0, silent);
  reward.break_down(/*stopped=*/false);
  EXPECT_THROW(
      {
        for (std::int64_t step = 1; step < kSteps; ++step) ahead->draw(*policy, step, silent);
      },
      UserError);
}

TEST_F(Ahead, WhatWasStoppedIsNotSaved) {
  const auto ahead = source();
  reward.allow(1);
  ahead->draw(*policy, 0, silent);
  reward.break_down(/*stopped=*/true);
  SafetensorsFile file;
  ahead->save(file);
  const auto again = source();
  again->load(parse_safetensors(serialise_safetensors(file), "saved"));
  EXPECT_THROW(
      {
        for (std::int64_t step = 1; step < kSteps; ++step) ahead->draw(*policy, step, silent);
      },
      Stopped);
}

// Trajectories of an older policy and of the memory are off-policy: the optimum stays.
TEST(AheadTraining, ReachesTheTarget) {
  const auto environment = ring_world(2);
  FunctionReward reward(wavy_log_reward);
  TrainingSettings settings;
  settings.training.steps = 900;
  settings.exploration.epsilon = settings.exploration.epsilon_final = 0.1;
  ReplayConfig replay;
  replay.batch_size = 16;
  replay.ahead = 3;
  auto inner = make_source(*environment, reward, settings.exploration, settings.training, false, 3);
  auto source = std::make_unique<AheadSource>(
      std::move(inner), *environment, reward, replay, settings.training.steps, false, 4,
      make_policy(environment->shape(), settings.policy, 1));
  Trainer trainer(*environment, reward, std::move(source), settings.policy, settings.objective,
                  settings.training, 0);
  while (trainer.steps_done() < settings.training.steps) trainer.step();
  EXPECT_LT(exact_tv(*environment, *trainer.sampling_policy()), 0.05);
}

}  // namespace
}  // namespace fragflow
