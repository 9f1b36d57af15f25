#include "src/gfn/optimisation.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

torch::Tensor parameters() {
  return torch::tensor(std::vector<float>{1.0f, -2.0f}).set_requires_grad(true);
}

TEST(StepSizeFraction, FallsAlongHalfACosine) {
  TrainingConfig training;
  training.steps = 100;
  training.learning_rate_final = 0.2;
  EXPECT_DOUBLE_EQ(step_size_fraction(training, 0), 1.0);
  EXPECT_NEAR(step_size_fraction(training, 50), 0.2 + 0.8 * 0.5, 1e-12);
  EXPECT_NEAR(step_size_fraction(training, 25), 0.2 + 0.8 * (0.5 + std::sqrt(0.125)), 1e-12);
  EXPECT_DOUBLE_EQ(step_size_fraction(training, 100), 0.2);
  EXPECT_DOUBLE_EQ(step_size_fraction(training, 1000), 0.2);  // a run that was made longer
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

// What was learned before goes on moving a parameter that nothing depends on now, as a gradient of
// 0 would have it.
TEST(Adam, AParameterWithoutAGradientHasOneOfZero) {
  torch::Tensor without = parameters(), zero = parameters();
  Adam first({without}, {}), second({zero}, {});
  without.square().sum().backward(), zero.square().sum().backward();
  first.step(0.1), second.step(0.1);
  first.zero_grad(), second.zero_grad();
  (0.0 * zero).sum().backward();
  ASSERT_FALSE(without.grad().defined());
  EXPECT_EQ(first.gradient_norm(), 0.0);
  const torch::Tensor before = without.detach().clone();
  first.step(0.1), second.step(0.1);
  EXPECT_FALSE(torch::equal(without, before));
  EXPECT_TRUE(torch::equal(without, zero));
}

// Parameters of several slices, which several threads share out.
TEST(Adam, IsTheSameForAnyNumberOfThreads) {
  const auto after = [](int threads) {
    set_num_threads(threads);
    torch::Tensor large = torch::linspace(-1, 1, 400000).set_requires_grad(true);
    Adam adam({large}, {});
    double norm = 0;
    for (int step = 0; step < 3; ++step) {
      adam.zero_grad();
      (large.sin() * torch::linspace(0, 3, 400000)).sum().backward();
      norm += adam.gradient_norm();
      adam.step(0.01);
    }
    set_num_threads(0);
    return std::pair(norm, large.detach().clone());
  };
  const auto [norm, values] = after(1);
  const auto [norm_of_two, values_of_two] = after(2);
  EXPECT_EQ(norm, norm_of_two);
  EXPECT_TRUE(torch::equal(values, values_of_two));
  // Against plain sums in double precision.
  const torch::Tensor start = torch::linspace(-1, 1, 400000).to(torch::kFloat64);
  const torch::Tensor gradient = start.cos() * torch::linspace(0, 3, 400000).to(torch::kFloat64);
  torch::Tensor once = torch::linspace(-1, 1, 400000).set_requires_grad(true);
  Adam adam({once}, {});
  (once.sin() * torch::linspace(0, 3, 400000)).sum().backward();
  EXPECT_NEAR(adam.gradient_norm(), gradient.norm().item<double>(), 1e-4);
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
