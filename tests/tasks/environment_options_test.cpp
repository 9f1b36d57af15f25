#include <gtest/gtest.h>

#include "src/base/check.hpp"
#include "src/tasks/task.hpp"

namespace fragflow {
namespace {

std::string refusal(const EnvironmentConfig& environment) {
  try {
    make_task(environment, {});
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(EnvironmentOptions, AKeyOfAnotherEnvironmentIsRefused) {
  EnvironmentConfig grid;
  grid.name = "hypergrid";
  grid.hypergrid.height = 4;
  EXPECT_EQ(refusal(grid), "");
  grid.fragment_tree.max_heavy_atoms = 30;
  grid.start = "[*]C";
  EXPECT_EQ(refusal(grid),
            "environment.name = \"hypergrid\" does not read environment.start, "
            "environment.max_heavy_atoms; it reads name, dimension, height, forced_stop");

  EnvironmentConfig routes;
  routes.name = kSynthesis;
  routes.fragment_tree.max_fragments = 4;  // max_reactions says it
  EXPECT_TRUE(refusal(routes).starts_with(
      "environment.name = \"synthesis\" does not read environment.max_fragments; it reads "));

  EnvironmentConfig tree;
  tree.options = {"3"};
  EXPECT_TRUE(refusal(tree).starts_with(
      "environment.name = \"fragment_tree\" does not read environment.options; it reads "));
  tree = {};
  tree.max_reactions = 2;
  EXPECT_TRUE(refusal(tree).starts_with(
      "environment.name = \"fragment_tree\" does not read environment.max_reactions; it reads "));
}

// Checkpoints of earlier versions may hold such keys.
TEST(EnvironmentOptions, KeysOfAnotherEnvironmentCanBeTakenOut) {
  EnvironmentConfig grid;
  grid.name = "hypergrid";
  grid.hypergrid.height = 4;
  grid.fragment_tree.max_heavy_atoms = 30;
  grid.start = "[*]C";
  reset_unread_keys(grid);
  EXPECT_EQ(refusal(grid), "");
  EXPECT_EQ(grid.hypergrid.height, 4);
  EXPECT_EQ(grid.start, "");
}

}  // namespace
}  // namespace fragflow
