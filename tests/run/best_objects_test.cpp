#include "src/run/best_objects.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace fragflow {
namespace {

std::string name(int i) { return "object " + std::to_string(i); }

// 501 more than are kept; no multiple of 7.
constexpr int kAdded = static_cast<int>(BestObjects::kCapacity) + 501;

// Scores 0, 7, 14, ... modulo kAdded: all different.
double score(int i) { return (7 * i) % kAdded; }

BestObjects filled() {
  BestObjects best;
  for (int i = 0; i < kAdded; ++i) best.add(name(i), score(i));
  return best;
}

TEST(BestObjects, MeansAreThoseOfTheBest) {
  const BestObjects best = filled();
  const double most = kAdded - 1;
  EXPECT_EQ(best.mean_of(1), most);
  EXPECT_EQ(best.mean_of(10), (most + most - 9) / 2);
  EXPECT_EQ(best.mean_of(10 * kAdded), (most + 501) / 2);
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
