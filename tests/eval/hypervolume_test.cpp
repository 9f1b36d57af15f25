#include "src/eval/hypervolume.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

using Points = std::vector<std::vector<double>>;

TEST(Hypervolume, ByHand) {
  EXPECT_EQ(hypervolume({}), 0.0);
  EXPECT_EQ(hypervolume({{0.5}, {0.75}}), 0.75);
  EXPECT_EQ(hypervolume({{0.5, 0.25}}), 0.125);
  // Two steps, of which the corner 0.25 x 0.5 is common; the third point lies inside.
  const Points steps = {{0.25, 1.0}, {0.75, 0.5}, {0.25, 0.5}};
  EXPECT_DOUBLE_EQ(hypervolume(steps), 0.25 * 1.0 + 0.75 * 0.5 - 0.25 * 0.5);
  EXPECT_THAT(non_dominated(steps), testing::ElementsAre(steps[0], steps[1]));
  // Two slabs of the unit cube that cross.
  EXPECT_DOUBLE_EQ(hypervolume({{1, 1, 0.5}, {0.5, 1, 1}}), 0.5 + 0.5 - 0.25);
  EXPECT_EQ(hypervolume({{-1, 2}, {0.5, 0.0}}), 0.0);
  EXPECT_EQ(hypervolume({{2, 3}, {2, 3}}), 6.0);
}

// Fraction of 200,000 uniform points that some point covers: 5 deviations, a false alarm in 1e6.
TEST(Hypervolume, EqualsMonteCarlo) {
  constexpr int kDraws = 200000;
  for (const std::size_t dimension : {2u, 3u, 4u}) {
    Rng rng(dimension);
    Points points(20, std::vector<double>(dimension));
    for (auto& point : points) {
      for (double& value : point) value = rng.uniform();
    }
    int covered = 0;
    for (int i = 0; i < kDraws; ++i) {
      std::vector<double> drawn(dimension);
      for (double& value : drawn) value = rng.uniform();
      covered += std::any_of(points.begin(), points.end(), [&](const auto& point) {
        for (std::size_t k = 0; k < dimension; ++k) {
          if (drawn[k] > point[k]) return false;
        }
        return true;
      });
    }
    const double share = static_cast<double>(covered) / kDraws;
    EXPECT_GT(share, 0.2);
    EXPECT_NEAR(hypervolume(points), share, 5 * std::sqrt(share * (1 - share) / kDraws));
  }
}

}  // namespace
}  // namespace fragflow
