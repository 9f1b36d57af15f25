#include "src/base/workspace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace fragflow {
namespace {

TEST(Workspace, ArraysDoNotOverlap) {
  Workspace workspace;
  for (int round = 0; round < 3; ++round) {
    workspace.reset();
    std::vector<std::pair<int*, int>> arrays;
    for (int i = 0; i < 200; ++i) {
      const int count = i * i % 5003;
      arrays.emplace_back(workspace.take<int>(count), count);
      std::fill_n(arrays.back().first, count, i);
    }
    for (int i = 0; i < 200; ++i) {
      const auto [values, count] = arrays[i];
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values) % 64, 0u);
      EXPECT_EQ(std::accumulate(values, values + count, std::int64_t{0}), std::int64_t{i} * count);
    }
  }
}

TEST(Workspace, TheSameComputationGetsTheSameMemory) {
  Workspace workspace;
  const auto compute = [&] {
    workspace.reset();
    double* const first = workspace.take<double>(300000);
    workspace.take<double>(500000);
    return first;
  };
  compute();
  double* const second = compute();
  EXPECT_EQ(compute(), second);
}

}  // namespace
}  // namespace fragflow
