#include "src/tasks/grid_cells.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace fragflow {
namespace {

// log P_F of edges leaving a state: the first edge (children ascending) gets half, the others share
// the rest, so that no two actions can be confused.
std::vector<double> uneven(const StateGraph& graph) {
  std::vector<double> log_pf(graph.num_edges());
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    const std::int64_t begin = graph.edge_begin[s], count = graph.edge_begin[s + 1] - begin;
    double left = 1;
    for (std::int64_t k = 0; k < count; ++k) {
      const double share = k + 1 == count ? left : 0.5 * left;
      log_pf[begin + k] = std::log(share);
      left -= share;
    }
  }
  return log_pf;
}

// What the policy does in a cell, edge by edge.
void expect_picture(const HypergridConfig& grid) {
  const Hypergrid environment(grid);
  const StateGraph graph = enumerate(environment, 1000);
  const std::vector<double> log_pf = uneven(graph);
  const std::vector<double> picture = policy_on_grid(graph, log_pf, grid);
  ASSERT_EQ(picture.size(), 3u * grid.height * grid.height);
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    const std::vector<int> from = cell_of(graph.states[graph.edge_parent[e]]);
    const std::vector<int> to = cell_of(graph.states[graph.edge_child[e]]);
    const int part = to[0] > from[0] ? 1 : to[1] > from[1] ? 2 : 0;
    EXPECT_DOUBLE_EQ(picture[3 * (from[0] * grid.height + from[1]) + part], std::exp(log_pf[e]))
        << from[0] << "," << from[1] << " part " << part;
  }
}

TEST(PolicyOnGrid, StopAndBothStepsStandWhereTheyBelong) {
  expect_picture({.dimension = 2, .height = 3});
}

TEST(PolicyOnGrid, AStepThatEndsTheEpisodeIsAStepAndNoStop) {
  expect_picture({.dimension = 2, .height = 3, .forced_stop = true});
}

TEST(PolicyOnGrid, UnreachableCellsAreEmpty) {
  const HypergridConfig grid{.dimension = 2, .height = 3, .forced_stop = true};
  const StateGraph graph = enumerate(Hypergrid(grid), 1000);
  const std::vector<double> picture = policy_on_grid(graph, uneven(graph), grid);
  for (int part = 0; part < 3; ++part) EXPECT_EQ(picture[3 * (2 * 3 + 2) + part], 0);  // (2, 2)
}

}  // namespace
}  // namespace fragflow
