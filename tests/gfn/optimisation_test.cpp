#include "src/gfn/optimisation.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

torch::Tensor parameters() {
  return torch::tensor(std::vector<float>{1.0f, -2.0f}).set_requires_grad(true);
}

TEST(StepSizeShare, FallsAlongHalfACosine) {
  TrainingConfig training;
  training.steps = 100;
  training.learning_rate_final = 0.2;
  EXPECT_DOUBLE_EQ(step_size_share(training, 0), 1.0);
  EXPECT_NEAR(step_size_share(training, 50), 0.2 + 0.8 * 0.5, 1e-12);
  EXPECT_NEAR(step_size_share(training, 25), 0.2 + 0.8 * (0.5 + std::sqrt(0.125)), 1e-12);
  EXPECT_DOUBLE_EQ(step_size_share(training, 100), 0.2);
  EXPECT_DOUBLE_EQ(step_size_share(training, 1000), 0.2);  // a run that was made longer
}

// Two steps, since the first of Adam does not depend on the gradient's size.
TEST(Minimise, ScalesGradientsAboveTheLimit) {
  TrainingConfig training;
  training.gradient_clip = 5;
  StepObserver silent;
  torch::Tensor own = parameters(), reference = parameters();
  Adam clipped({own}, adam_settings(training)), by_hand({reference}, adam_settings(training));
  for (const double scale : {1.0, 100.0}) {
    const double norm =
        minimise(scale * own.square().sum(), clipped, 0.1, training, "here", silent);
    by_hand.zero_grad();
    (scale * reference.square().sum()).backward();
    EXPECT_DOUBLE_EQ(norm, by_hand.gradient_norm());
    EXPECT_EQ(norm > 5, scale > 1);  // both cases occur
    by_hand.step(0.1, norm > 5 ? 5 / norm : 1.0);
    EXPECT_TRUE(torch::equal(own, reference)) << scale;
  }
}

TEST(Minimise, ALossThatIsNotFiniteChangesNothing) {
  TrainingConfig training;
  StepObserver silent;
  torch::Tensor own = parameters();
  Adam optimiser({own}, adam_settings(training));
  const torch::Tensor before = own.detach().clone();
  try {
    minimise(own.sum() * std::numeric_limits<float>::infinity(), optimiser, 0.1, training, "step 7",
             silent);
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what()).find("step 7: the loss"), 0u) << error.what();
  }
  EXPECT_TRUE(torch::equal(own, before));
}

}  // namespace
}  // namespace fragflow
