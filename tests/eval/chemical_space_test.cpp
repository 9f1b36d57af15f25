#include "src/eval/chemical_space.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace fragflow {
namespace {

// Bits [first, first + 10) are set.
Fingerprint ten_bits(int first) {
  Fingerprint made{std::vector<std::uint64_t>(FingerprintSet::kWords, 0), 10};
  for (int bit = first; bit < first + 10; ++bit) {
    made.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  return made;
}

double distance(const PlanePoints& plane, int i, int j) {
  return std::hypot(plane.x[i] - plane.x[j], plane.y[i] - plane.y[j]);
}

// Three kinds lie in a plane: it shows all distances as they are, sqrt(20) between any two kinds.
TEST(ChemicalSpace, ThreeKindsAreATriangle) {
  FingerprintSet set(6);
  for (int i = 0; i < 6; ++i) set.set(i, ten_bits(100 * (i % 3)));
  const PlanePoints plane = principal_plane(set);
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < i; ++j) {
      EXPECT_NEAR(distance(plane, i, j), i % 3 == j % 3 ? 0 : std::sqrt(20.0), 1e-6);
    }
  }
  EXPECT_NEAR(plane.share, 1, 1e-9);
}

// Of four kinds, with 8, 4, 2 and 2 members, the plane shows part; the first axis sets the largest
// kind apart from all others.
TEST(ChemicalSpace, FirstAxisIsTheLargestDifference) {
  FingerprintSet set(16);
  const auto kind = [](int i) { return i < 8 ? 0 : i < 12 ? 1 : i < 14 ? 2 : 3; };
  for (int i = 0; i < 16; ++i) set.set(i, ten_bits(100 * kind(i)));
  const PlanePoints plane = principal_plane(set);
  double mean = 0;
  for (int i = 0; i < 16; ++i) mean += plane.x[i] / 16;
  EXPECT_NEAR(mean, 0, 1e-9);  // centred
  for (int i = 8; i < 16; ++i) EXPECT_LT(plane.x[i] * plane.x[0], 0);
  EXPECT_GT(plane.share, 2.0 / 3);
  EXPECT_LT(plane.share, 0.99);
}

TEST(ChemicalSpace, NothingToShow) {
  FingerprintSet set(2);
  set.set(0, ten_bits(5));
  set.set(1, ten_bits(5));
  const PlanePoints plane = principal_plane(set);
  EXPECT_EQ(plane.share, 0);
  EXPECT_NEAR(plane.x[0], 0, 1e-12);
}

}  // namespace
}  // namespace fragflow
