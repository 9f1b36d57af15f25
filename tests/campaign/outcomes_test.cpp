#include "src/campaign/outcomes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "src/base/facts.hpp"

namespace fragflow {
namespace {

constexpr HitRule kRule{7, true};

TEST(Outcomes, AreComparedWithWhatWasPredicted) {
  const std::vector<CompoundOutcome> outcomes = {{6, 0.5, 6.4}, {7, 0.5, 6.2}, {8, 0.5, 9.5}};
  const auto figures = outcome_figures(outcomes, kRule);
  EXPECT_EQ(figures.measured, 3);
  EXPECT_NEAR(figures.bias, (0.4 - 0.8 + 1.5) / 3, 1e-12);
  EXPECT_NEAR(figures.rmse, std::sqrt((0.16 + 0.64 + 2.25) / 3), 1e-12);
  EXPECT_NEAR(figures.within_1, 1.0 / 3, 1e-12);
  EXPECT_NEAR(figures.within_2, 2.0 / 3, 1e-12);
  EXPECT_NEAR(figures.spearman, 0.5, 1e-12);
  EXPECT_EQ(figures.best, 9.5);
}

TEST(Outcomes, WithoutPredictionsOnlyWhatWasMeasuredIsTold) {
  const std::vector<CompoundOutcome> outcomes = {{NAN, NAN, 6}, {NAN, NAN, 8}, {NAN, NAN, 7}};
  const auto figures = outcome_figures(outcomes, kRule);
  EXPECT_EQ(facts_json(figures).dump(),
            R"({"measured":3,"predicted_mean":null,"measured_mean":7.0,"bias":null,"rmse":null,)"
            R"("within_1":null,"within_2":null,"spearman":null,"expected_hits":null,"best":8.0})");
}

}  // namespace
}  // namespace fragflow
