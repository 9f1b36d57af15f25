// Rewards of the hypergrid, with integer tests: for some heights the published floating-point
// thresholds fall exactly on a cell.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "src/reward/reward.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

// "ring_band" (Bengio et al., NeurIPS 2021): R = r0 + r1 [all coordinates in the ring] + r2 [all in
// the band]; with m = height - 1 and d = |2x - m|, ring: 2d > m, band: 3m < 5d < 4m. "sparse_goals"
// (Pan et al., ICLR 2023; two dimensions): R = 1 at (H-2, H-2), (H-2, 1), (1, H-2), else 0, plus
// 1e-8 everywhere so that the logarithm exists.
class GridReward : public Reward {
 public:
  // beta: exponent of the published reward. Throws UserError if every cell's reward is 0, or for
  // goals unless the grid is a square of height at least 4.
  GridReward(const GridRewardConfig& config, int dimension, int height, double beta = 1.0);

  std::vector<std::string> component_names() const override { return {}; }
  // score = R, log_reward = beta * log R, object = "3,5". States have one node per dimension,
  // labelled with the coordinate; stopped or not.
  std::vector<RewardResult> evaluate(std::span<const State> states) override;
  RewardResult under(const Condition& condition, const State& state,
                     RewardResult result) const override;
  // Number of distinct cells evaluated.
  std::int64_t num_calls() const override { return num_seen_; }
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;

  // R of a cell.
  double value(std::span<const int> cell) const;
  // The mode (connected group of best cells) of the cell, in [0, num_modes()); -1: none.
  int mode_of(std::span<const int> cell) const;
  int num_modes() const;
  // Sum of R over all height^dimension cells, from the numbers of ring and band coordinates.
  double partition_function() const;

 private:
  bool in_ring(int x) const;
  bool in_band(int x) const;

  GridRewardConfig config_;
  int dimension_ = 2;
  int height_ = 8;
  double beta_ = 1.0;
  std::unordered_set<State, StateHash> seen_;  // cells, as states that are not stopped
  std::atomic<std::int64_t> num_seen_ = 0;     // their number, for others while a thread scores
};

// A published benchmark.
struct GridPreset {
  std::string name;
  int dimension = 2;
  int height = 8;
  GridRewardConfig reward;
};

// standard-8, tutorial, sigmoid-prime, bengio.
const std::vector<GridPreset>& grid_presets();
// Throws UserError for an unknown name.
const GridPreset& grid_preset(const std::string& name);

}  // namespace fragflow
