#include "src/reward/grid_reward.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

// Added to sparse goals by the published code, so that log R exists.
constexpr double kSparseBackground = 1e-8;

std::array<std::array<int, 2>, 3> sparse_goals(int height) {
  return {{{height - 2, height - 2}, {height - 2, 1}, {1, height - 2}}};
}

std::vector<int> coordinates(const State& state) {
  std::vector<int> cell;
  for (int d = 0; d < state.num_nodes; ++d) cell.push_back(state.nodes[d].label);
  return cell;
}

}  // namespace

GridReward::GridReward(const GridRewardConfig& config, int dimension, int height, double beta)
    : config_(config), dimension_(dimension), height_(height), beta_(beta) {
  if (config.shape == "sparse_goals") {
    if (dimension != 2 || height < 4) {
      user_error(
          "reward.grid.shape = sparse_goals needs dimension 2 and height of at least 4, not "
          "{} and {}",
          dimension, height);
    }
  } else if (config.r0 <= 0) {
    user_error("reward.grid.r0 = {}: must be above 0, or log R of most cells does not exist",
               config.r0);
  }
}

bool GridReward::in_ring(int x) const {
  const int m = height_ - 1;
  return 2 * std::abs(2 * x - m) > m;
}

bool GridReward::in_band(int x) const {
  const int m = height_ - 1, d = std::abs(2 * x - m);
  return 3 * m < 5 * d && 5 * d < 4 * m;
}

int GridReward::mode_of(std::span<const int> cell) const {
  FRAGFLOW_CHECK(static_cast<int>(cell.size()) == dimension_, "{} coordinates", cell.size());
  if (config_.shape == "sparse_goals") {
    const auto goals = sparse_goals(height_);
    for (int k = 0; k < 3; ++k) {
      if (std::equal(cell.begin(), cell.end(), goals[k].begin())) return k;
    }
    return -1;
  }
  int corner = 0;
  for (int d = 0; d < dimension_; ++d) {
    if (!in_band(cell[d])) return -1;
    corner |= 2 * cell[d] > height_ - 1 ? 1 << d : 0;
  }
  return corner;
}

int GridReward::num_modes() const {
  if (config_.shape == "sparse_goals") return 3;
  for (int x = 0; x < height_; ++x) {
    if (in_band(x)) return 1 << dimension_;
  }
  return 0;
}

double GridReward::value(std::span<const int> cell) const {
  const int mode = mode_of(cell);
  if (config_.shape == "sparse_goals") return (mode >= 0 ? 1.0 : 0.0) + kSparseBackground;
  const bool ring = std::all_of(cell.begin(), cell.end(), [this](int x) { return in_ring(x); });
  return config_.r0 + (ring ? config_.r1 : 0) + (mode >= 0 ? config_.r2 : 0);
}

double GridReward::partition_function() const {
  const double cells = std::pow(height_, dimension_);
  if (config_.shape == "sparse_goals") return 3 + kSparseBackground * cells;
  int ring = 0, band = 0;
  for (int x = 0; x < height_; ++x) {
    ring += in_ring(x);
    band += in_band(x);
  }
  return config_.r0 * cells + config_.r1 * std::pow(ring, dimension_) +
         config_.r2 * std::pow(band, dimension_);
}

std::vector<RewardResult> GridReward::evaluate(std::span<const State> states) {
  std::vector<RewardResult> results(states.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    const std::vector<int> cell = coordinates(states[i]);
    results[i].score = value(cell);
    results[i].log_reward = beta_ * std::log(results[i].score);
    results[i].valid = true;
    results[i].object = fmt::format("{}", fmt::join(cell, ","));
    State key = states[i];
    key.stopped = false;
    seen_.insert(key);
    num_seen_ = static_cast<std::int64_t>(seen_.size());
  }
  return results;
}

RewardResult GridReward::under(const Condition& condition, const State& /*state*/,
                               RewardResult result) const {
  result.log_reward = condition.beta * std::log(result.score);
  return result;
}

void GridReward::save(SafetensorsFile& file) const {
  std::vector<State> cells(seen_.begin(), seen_.end());
  std::sort(cells.begin(), cells.end());
  std::vector<std::int64_t> labels;
  for (const State& cell : cells) {
    for (const int x : coordinates(cell)) labels.push_back(x);
  }
  file.tensors["reward.cells"] = TensorData::from_int64({num_calls(), dimension_}, labels.data());
}

void GridReward::load(const SafetensorsFile& file) {
  const TensorData& cells = file.at("reward.cells");
  if (cells.shape.size() != 2 || cells.shape[1] != dimension_) {
    user_error("the saved cells belong to a grid of another dimension");
  }
  const std::int64_t* labels = cells.int64s("reward.cells");
  seen_.clear();
  num_seen_ = 0;
  for (std::int64_t i = 0; i < cells.shape[0]; ++i) {
    State cell;
    cell.num_nodes = static_cast<std::uint8_t>(dimension_);
    for (int d = 0; d < dimension_; ++d) {
      cell.nodes[d].label = static_cast<std::int32_t>(labels[i * dimension_ + d]);
    }
    seen_.insert(cell);
    num_seen_ = static_cast<std::int64_t>(seen_.size());
  }
}

const std::vector<GridPreset>& grid_presets() {
  static const std::vector<GridPreset> presets = {
      {"standard-8", 2, 8, {.r0 = 0.1, .r1 = 0.5, .r2 = 2}},
      {"tutorial", 2, 8, {.r0 = 0.01, .r1 = 0.5, .r2 = 1}},
      {"sigmoid-prime", 2, 16, {.r0 = 0.01, .r1 = 0.5, .r2 = 2}},
      {"bengio", 4, 8, {.r0 = 0.1, .r1 = 0.5, .r2 = 2}},
  };
  return presets;
}

const GridPreset& grid_preset(const std::string& name) {
  std::vector<std::string> names;
  for (const GridPreset& preset : grid_presets()) {
    if (preset.name == name) return preset;
    names.push_back(preset.name);
  }
  user_error("unknown grid preset '{}'{}; known: {}", name, did_you_mean(name, names), join(names));
}

}  // namespace fragflow
