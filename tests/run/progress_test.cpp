#include "src/run/progress.hpp"

#include <gtest/gtest.h>

namespace fragflow {
namespace {

TEST(Progress, LineHasEveryFigure) {
  ProgressValues values;
  values.step = 50;
  values.loss = 12.3456;
  values.log_z = 3.14159;
  values.mean_score = 0.4321;
  values.unique_share = 0.987;
  values.num_modes = 17;
  EXPECT_EQ(format_progress(values, 200, 321.6, 3725),
            "step 50/200  322 traj/s  loss 12.3  log Z 3.14  score 0.432  unique 99%  modes 17  "
            "ETA 1h02m");
  EXPECT_EQ(format_progress(values, 200, -1, -1),
            "step 50/200  loss 12.3  log Z 3.14  score 0.432  unique 99%  modes 17");
}

TEST(Progress, PlainLinesAreRareAndTheLastStepIsAlwaysShown) {
  testing::internal::CaptureStderr();
  {
    Progress progress(3, /*quiet=*/false);
    for (int step = 1; step <= 3; ++step) {
      ProgressValues values;
      values.step = step;
      progress.update(values);
    }
  }
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_EQ(shown.find("step 1/3"), std::string::npos);
  EXPECT_NE(shown.find("step 3/3"), std::string::npos);
}

TEST(Progress, QuietShowsNothing) {
  testing::internal::CaptureStderr();
  {
    ProgressValues values;
    values.step = 3;
    Progress(3, /*quiet=*/true).update(values);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace fragflow
