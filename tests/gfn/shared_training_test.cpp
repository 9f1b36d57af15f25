// Steps that several ranks share. Ranks are threads here (thread_ranks.hpp); processes are tested
// by tests/app/ranks_test.py.
#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "tests/gfn/thread_ranks.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

constexpr int kSteps = 5;

TrainingSettings settings_with_blocks(int blocks) {
  TrainingSettings settings;
  settings.training.steps = 50;
  settings.training.batch_size = 30;  // not a multiple of the blocks
  settings.training.blocks = blocks;
  return settings;
}

std::unique_ptr<Trainer> make_shared_trainer(const Environment& environment, Reward& reward,
                                             const TrainingSettings& settings,
                                             Communicator& group) {
  return std::make_unique<Trainer>(environment, reward, settings.policy, settings.objective,
                                   settings.training, settings.exploration, /*seed=*/4,
                                   settings.conditioning, group);
}

// The checkpoint of every rank.
std::vector<std::string> bytes_of_ranks(const Environment& environment,
                                        const TrainingSettings& settings, int ranks) {
  std::vector<std::string> bytes(ranks);
  ThreadRanks::run(ranks, [&](Communicator& group) {
    FunctionReward reward(wavy_log_reward);
    const auto trainer = make_shared_trainer(environment, reward, settings, group);
    for (int step = 0; step < kSteps; ++step) trainer->step();
    SafetensorsFile file;
    trainer->save(file);
    bytes[group.rank()] = serialise_safetensors(file);
  });
  return bytes;
}

void expect_same_bits(const Environment& environment, const TrainingSettings& settings) {
  const std::string alone = bytes_of_ranks(environment, settings, 1)[0];
  for (const int ranks : {2, 3, 4}) {
    for (const std::string& bytes : bytes_of_ranks(environment, settings, ranks)) {
      EXPECT_TRUE(bytes == alone) << ranks << " ranks";
    }
  }
}

class SharedObjective : public testing::TestWithParam<std::string> {};

TEST_P(SharedObjective, HasTheSameBitsOnAnyNumberOfRanks) {
  TrainingSettings settings = settings_with_blocks(5);
  settings.objective.name = GetParam();
  expect_same_bits(*ring_world(2), settings);
}

INSTANTIATE_TEST_SUITE_P(Names, SharedObjective,
                         testing::Values("tb", "vargrad", "db", "subtb", "fl_subtb", "gafn_edge"),
                         [](const auto& name) { return name.param; });

TEST(SharedTraining, HasTheSameBitsOnAGrid) {
  expect_same_bits(*small_grid(5), settings_with_blocks(4));
}

TEST(SharedTraining, HasTheSameBitsWithMemoryAndLearnedBackward) {
  TrainingSettings settings = settings_with_blocks(4);
  settings.policy.learned_backward = true;
  settings.training.ema = 0.9;
  settings.objective.incomplete = 0;
  settings.exploration.replay.batch_size = 7;
  settings.exploration.local_search.rounds = 1;
  expect_same_bits(*ring_world(2), settings);
}

// The mean of a batch is that of its blocks together: by one process as a whole, as before blocks
// were there.
TEST(SharedTraining, LossAndGradientAreThoseOfTheWholeBatch) {
  const auto environment = ring_world(2);
  for (const std::string name : {"tb", "vargrad", "db", "subtb"}) {
    const auto first_step = [&](int blocks) {
      TrainingSettings settings = settings_with_blocks(blocks);
      settings.objective.name = name;
      FunctionReward reward(wavy_log_reward);
      return make_shared_trainer(*environment, reward, settings, single_process())->step();
    };
    const StepResult whole = first_step(1), blocks = first_step(4);
    EXPECT_NEAR(blocks.loss, whole.loss, 1e-5 * whole.loss) << name;
    EXPECT_NEAR(blocks.gradient_norm, whole.gradient_norm, 1e-5 * whole.gradient_norm) << name;
    EXPECT_NEAR(blocks.log_z, whole.log_z, 1e-5) << name;
  }
}

TEST(SharedTraining, ResumesWithAnotherNumberOfRanks) {
  const auto environment = ring_world(2);
  TrainingSettings settings = settings_with_blocks(4);
  settings.exploration.replay.batch_size = 7;
  const std::string whole = bytes_of_ranks(*environment, settings, 1)[0];
  std::string bytes;
  for (int step = 0; step < kSteps; ++step) {
    std::string next;
    ThreadRanks::run(1 + step % 4, [&](Communicator& group) {
      FunctionReward reward(wavy_log_reward);
      const auto trainer = make_shared_trainer(*environment, reward, settings, group);
      if (step > 0) trainer->load(parse_safetensors(bytes, "saved"));
      trainer->step();
      SafetensorsFile file;
      trainer->save(file);
      if (group.is_first()) next = serialise_safetensors(file);
    });
    bytes = next;
  }
  EXPECT_TRUE(bytes == whole);
}

TEST(SharedTraining, RefusesBlocksThatCannotBeShared) {
  const auto environment = small_grid(5);
  FunctionReward reward(wavy_log_reward);
  const auto make = [&](const TrainingSettings& settings) {
    make_shared_trainer(*environment, reward, settings, single_process());
  };
  EXPECT_THROW(make(settings_with_blocks(31)), UserError) << "more than trajectories";
  TrainingSettings flows = settings_with_blocks(2);
  flows.objective.name = "fm";
  EXPECT_THROW(make(flows), UserError);
  EXPECT_THROW(bytes_of_ranks(*environment, settings_with_blocks(2), 3), UserError);
}

}  // namespace
}  // namespace fragflow
