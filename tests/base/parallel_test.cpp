#include "src/base/parallel.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace fragflow {
namespace {

class ParallelFor : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_num_threads(GetParam()); }
  void TearDown() override { set_num_threads(0); }
};

TEST_P(ParallelFor, VisitsEveryIndexOnce) {
  std::vector<int> visits(1000);
  parallel_for(
      1000, [&](std::int64_t i) { ++visits[i]; }, 7);
  EXPECT_EQ(visits, std::vector<int>(1000, 1));
}

TEST_P(ParallelFor, RethrowsTheExceptionOfABody) {
  EXPECT_THROW(parallel_for(
                   1000,
                   [](std::int64_t i) {
                     if (i == 517) throw std::runtime_error("injected");
                   },
                   1),
               std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Threads, ParallelFor, testing::Values(1, 2, 4));

}  // namespace
}  // namespace fragflow
