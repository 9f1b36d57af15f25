#include "src/reward/grid_reward.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <set>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

State cell_state(const std::vector<int>& cell) {
  State state;
  state.num_nodes = static_cast<std::uint8_t>(cell.size());
  for (std::size_t d = 0; d < cell.size(); ++d) {
    state.nodes[d].label = static_cast<std::uint16_t>(cell[d]);
  }
  state.stopped = true;
  return state;
}

// Calls visit(cell) for every cell.
template <typename Visit>
void for_each_cell(int dimension, int height, Visit&& visit) {
  std::vector<int> cell(dimension, 0);
  for (;;) {
    visit(cell);
    int d = 0;
    while (d < dimension && ++cell[d] == height) cell[d++] = 0;
    if (d == dimension) return;
  }
}

struct Constants {
  int dimension, height;
  double r0, r1, r2;
  std::int64_t floor_cells, ring_cells, band_cells;
  double z, log_z;
};

// Cells (floor, ring only, band) and partition functions computed independently with exact
// rational arithmetic.
const std::vector<Constants>& table() {
  static const std::vector<Constants> rows = {
      {2, 8, .1, .5, 2, 48, 12, 4, 22.4, 3.109061},
      {2, 8, .01, .5, 2, 48, 12, 4, 16.64, 2.811809},
      {2, 8, .001, .5, 2, 48, 12, 4, 16.064, 2.776581},
      {2, 16, .1, .5, 2, 192, 60, 4, 65.6, 4.183576},
      {2, 16, .001, .5, 2, 192, 60, 4, 40.256, 3.695259},
      {2, 32, .001, .5, 2, 768, 220, 36, 201.024, 5.303424},
      {2, 64, .1, .5, 2, 3072, 880, 144, 1209.6, 7.098045},
      {2, 64, .01, .5, 2, 3072, 880, 144, 840.96, 6.734544},
      {2, 64, .001, .5, 2, 3072, 880, 144, 804.096, 6.689719},
      {2, 128, .001, .5, 2, 12288, 3420, 676, 3416.384, 8.136338},
      {3, 16, .001, .5, 2, 3584, 504, 8, 276.096, 5.620749},
      {4, 8, .1, .5, 2, 3840, 240, 16, 569.6, 6.344934},
      {4, 8, .01, .5, 2, 3840, 240, 16, 200.96, 5.303106},
      {4, 8, .001, .5, 2, 3840, 240, 16, 164.096, 5.100452},
      {4, 16, .001, .5, 2, 61440, 4080, 16, 2145.536, 7.671145},
      {4, 16, .1, .5, 2, 61440, 4080, 16, 8633.6, 9.063417},
      {4, 20, .001, .5, 2, 150000, 9744, 256, 5672, 8.643297},
      {4, 20, 1e-4, 1, 3, 150000, 9744, 256, 10784, 9.285819},
      {2, 8, .01, .5, 1, 48, 12, 4, 12.64, 2.536866},    // tutorial
      {2, 16, .01, .5, 2, 192, 60, 4, 42.56, 3.750915},  // sigmoid-prime
  };
  return rows;
}

TEST(GridReward, PublishedConstants) {
  for (const Constants& row : table()) {
    SCOPED_TRACE(testing::Message() << row.height << "^" << row.dimension << " r0 " << row.r0);
    const GridReward reward({.r0 = row.r0, .r1 = row.r1, .r2 = row.r2}, row.dimension, row.height);
    std::int64_t floor_cells = 0, ring_cells = 0, band_cells = 0;
    double z = 0;
    std::set<int> modes;
    for_each_cell(row.dimension, row.height, [&](const std::vector<int>& cell) {
      const double value = reward.value(cell);
      z += value;
      floor_cells += std::abs(value - row.r0) < 1e-12;
      ring_cells += std::abs(value - row.r0 - row.r1) < 1e-12;
      band_cells += std::abs(value - row.r0 - row.r1 - row.r2) < 1e-12;
      if (reward.mode_of(cell) >= 0) modes.insert(reward.mode_of(cell));
    });
    EXPECT_EQ(floor_cells, row.floor_cells);
    EXPECT_EQ(ring_cells, row.ring_cells);
    EXPECT_EQ(band_cells, row.band_cells);
    EXPECT_NEAR(z, row.z, 1e-6 * row.z);
    EXPECT_NEAR(std::log(z), row.log_z, 1e-6);
    EXPECT_NEAR(reward.partition_function(), row.z, 1e-6 * row.z);
    EXPECT_EQ(static_cast<int>(modes.size()), reward.num_modes());
    EXPECT_EQ(reward.num_modes(), 1 << row.dimension);
  }
}

// Heights at which the published floating-point test lands exactly on a cell: exact arithmetic
// gives these numbers of band cells per axis.
TEST(GridReward, BandEndsAreExact) {
  const std::map<int, int> expected = {{11, 0}, {16, 2}, {21, 2}, {26, 4}, {31, 4}, {36, 6}};
  for (const auto& [height, cells] : expected) {
    const GridReward reward({}, 1, height);
    int band = 0;
    for (int x = 0; x < height; ++x) band += reward.mode_of(std::vector<int>{x}) >= 0;
    EXPECT_EQ(band, cells) << height;
  }
}

TEST(GridReward, Presets) {
  const std::map<std::string, double> expected = {
      {"standard-8", 22.4}, {"tutorial", 12.64}, {"sigmoid-prime", 42.56}, {"bengio", 569.6}};
  ASSERT_EQ(grid_presets().size(), expected.size());
  for (const GridPreset& preset : grid_presets()) {
    const GridReward reward(preset.reward, preset.dimension, preset.height);
    EXPECT_NEAR(reward.partition_function(), expected.at(preset.name), 1e-9) << preset.name;
  }
  EXPECT_THROW(grid_preset("tutorail"), UserError);
}

TEST(GridReward, ResultsNameTheCell) {
  GridReward reward({}, 2, 8);
  const std::vector<State> states = {cell_state({1, 6}), cell_state({3, 4}), cell_state({1, 6})};
  const auto results = reward.evaluate(states);
  EXPECT_EQ(results[0].object, "1,6");
  EXPECT_NEAR(results[0].score, 0.1 + 0.5 + 2, 1e-15);
  EXPECT_NEAR(results[0].log_reward, std::log(2.6), 1e-15);
  EXPECT_NEAR(results[1].score, 0.1, 1e-15);
  EXPECT_TRUE(results[1].valid);
  EXPECT_EQ(reward.num_calls(), 2);
}

TEST(GridReward, CellsSurviveAFile) {
  GridReward reward({}, 2, 8), resumed({}, 2, 8);
  reward.evaluate(std::vector<State>{cell_state({1, 6}), cell_state({3, 4})});
  SafetensorsFile file;
  reward.save(file);
  resumed.load(file);
  EXPECT_EQ(resumed.num_calls(), 2);
  resumed.evaluate(std::vector<State>{cell_state({3, 4}), cell_state({0, 0})});
  EXPECT_EQ(resumed.num_calls(), 3);
}

TEST(GridReward, BetaIsAnExponent) {
  GridReward plain({.r0 = 0.1, .r1 = 0.5, .r2 = 2}, 2, 8);
  GridReward cubed({.r0 = 0.1, .r1 = 0.5, .r2 = 2}, 2, 8, /*beta=*/3);
  const std::vector<State> states = {cell_state({0, 0}), cell_state({3, 3}), cell_state({1, 6})};
  const auto results = plain.evaluate(states), expected = cubed.evaluate(states);
  for (std::size_t i = 0; i < states.size(); ++i) {
    EXPECT_EQ(results[i].log_reward, std::log(results[i].score));
    EXPECT_EQ(expected[i].log_reward, 3 * std::log(results[i].score));
    EXPECT_EQ(plain.under({3, {}}, states[i], results[i]).log_reward, expected[i].log_reward);
  }
}

TEST(GridReward, SparseGoals) {
  for (const int height : {8, 16}) {
    const GridReward reward({.shape = "sparse_goals"}, 2, height);
    int goals = 0;
    for_each_cell(2, height, [&](const std::vector<int>& cell) {
      const double value = reward.value(cell);
      EXPECT_TRUE(value == 1e-8 || value == 1 + 1e-8);
      goals += value > 0.5;
    });
    EXPECT_EQ(goals, 3);
    EXPECT_EQ(reward.num_modes(), 3);
    EXPECT_GT(reward.value(std::vector<int>{height - 2, 1}), 0.5);
    EXPECT_NEAR(reward.partition_function(), 3 + 1e-8 * height * height, 1e-12);
  }
  EXPECT_THROW(GridReward({.shape = "sparse_goals"}, 3, 8), UserError);
  EXPECT_THROW(GridReward({.r0 = 0}, 2, 8), UserError);
}

}  // namespace
}  // namespace fragflow
