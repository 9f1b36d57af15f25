#include "src/run/best_objects.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace fragflow {
namespace {

std::string name(int i) { return "object " + std::to_string(i); }

// Scores 0, 7, 14, ... modulo 1501: all different.
double score(int i) { return (7 * i) % 1501; }

BestObjects filled() {
  BestObjects best;
  for (int i = 0; i < 1501; ++i) best.add(name(i), score(i));
  return best;
}

TEST(BestObjects, MeansAreThoseOfTheBest) {
  const BestObjects best = filled();
  EXPECT_EQ(best.mean_of(1), 1500.0);
  EXPECT_EQ(best.mean_of(10), (1500.0 + 1491.0) / 2);
  // Only the best 1,000 are kept: 1500 down to 501.
  EXPECT_EQ(best.mean_of(5000), (1500.0 + 501.0) / 2);
  EXPECT_TRUE(std::isnan(BestObjects().mean_of(10)));
}

TEST(BestObjects, AnObjectCountsOnce) {
  BestObjects best;
  for (int i = 0; i < 3; ++i) best.add("a", 2.0);
  best.add("b", 1.0);
  EXPECT_EQ(best.mean_of(10), 1.5);
  EXPECT_EQ(best.csv("smiles"), "smiles,score\na,2\nb,1\n");
}

TEST(BestObjects, ReadsBackWhatItSaved) {
  const BestObjects best = filled();
  SafetensorsFile file;
  best.save(file);
  BestObjects read;
  read.add("to be forgotten", 1e9);
  read.load(file);
  EXPECT_EQ(read.csv("cell"), best.csv("cell"));
}

}  // namespace
}  // namespace fragflow
