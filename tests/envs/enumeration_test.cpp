#include "envs/enumeration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "envs/hypergrid.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "tests/envs/environment_table.hpp"

namespace fragflow::test {
namespace {

using testing::HasSubstr;

// A staircase climbed by one or three steps at a time: paths to one state differ in length, and the
// third step is found before the second.
class Staircase : public Environment {
 public:
  explicit Staircase(int top) : top_(top) {}

  State initial_state() const override { return at(0); }
  void legal_actions(const State& state, ActionSet& actions) const override {
    actions.reset(2);
    const int height = state.nodes[0].label;
    if (height == top_) return;
    actions.add_place(Place{});
    actions.set(0, 0);
    if (height + 3 <= top_) actions.set(0, 1);
  }
  State apply(const State& state, Action action) const override {
    return at(state.nodes[0].label + (action.choice == 0 ? 1 : 3));
  }
  void legal_backward_actions(const State& state,
                              std::vector<BackwardAction>& actions) const override {
    actions.clear();
    for (const int step : {1, 3}) {
      if (state.nodes[0].label >= step) actions.push_back({static_cast<std::int16_t>(step)});
    }
  }
  Predecessor undo(const State& state, BackwardAction action) const override {
    return {at(state.nodes[0].label - action.node), Action{0, action.node / 3}};
  }
  bool is_terminal(const State& state) const override { return state.nodes[0].label == top_; }
  State canonical(const State& state) const override { return state; }
  int max_length() const override { return top_; }
  Shape shape() const override { return {}; }
  std::string to_string(const State& state) const override {
    return std::to_string(state.nodes[0].label);
  }

 private:
  static State at(int height) {
    State state;
    state.num_nodes = 1;
    state.nodes[0].label = static_cast<std::int32_t>(height);
    return state;
  }
  int top_;
};

TEST(Enumerate, OrdersStatesTopologicallyWherePathsDifferInLength) {
  const StateGraph graph = enumerate(Staircase(10), 100);
  ASSERT_EQ(graph.size(), 11);
  EXPECT_EQ(graph.num_internal, 10);
  for (std::int64_t e = 0; e < graph.num_edges(); ++e) {
    EXPECT_LT(graph.edge_parent[e], graph.edge_child[e]);
  }
  // ways(n) = ways(n - 1) + ways(n - 3): 1, 1, 1, 2, 3, 4, 6, 9, 13, 19, 28.
  EXPECT_EQ(count_trajectories(graph).back(), 28);
  EXPECT_TRUE(dead_ends(graph).empty());
}

TEST(Enumerate, StopsAtTheLimitAndNamesIt) {
  const Hypergrid grid(HypergridConfig{2, 8, false});
  EXPECT_EQ(enumerate(grid, 128).size(), 128);
  try {
    enumerate(grid, 127);
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("127"));
  }
}

TEST(Enumerate, DoesNotDependOnTheNumberOfThreads) {
  const auto environment = environment_row("typed").make();
  set_num_threads(1);
  const StateGraph one = enumerate(*environment, 100000);
  set_num_threads(4);
  const StateGraph four = enumerate(*environment, 100000);
  set_num_threads(0);
  EXPECT_EQ(one.states, four.states);
  EXPECT_EQ(one.edge_child, four.edge_child);
  EXPECT_EQ(one.edge_actions, four.edge_actions);
  EXPECT_EQ(one.action_begin, four.action_begin);
}

// Paths to the corner (a, b) of a grid, then stop: binomial(a + b, a).
TEST(Enumerate, CountsTrajectoriesOfTheGrid) {
  const StateGraph graph = enumerate(Hypergrid(HypergridConfig{2, 4, false}), 100);
  const std::vector<double> counts = count_trajectories(graph);
  for (std::int64_t i = graph.num_internal; i < graph.size(); ++i) {
    const int a = graph.states[i].nodes[0].label, b = graph.states[i].nodes[1].label;
    const double expected =
        std::round(std::tgamma(a + b + 1) / std::tgamma(a + 1) / std::tgamma(b + 1));
    EXPECT_EQ(counts[i], expected) << a << ", " << b;
  }
}

}  // namespace
}  // namespace fragflow::test
