#include "src/tasks/grid_task.hpp"

#include <cmath>
#include <sstream>

#include "envs/ancestors.hpp"
#include "envs/hypergrid.hpp"
#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/reward/grid_reward.hpp"
#include "src/tasks/grid_cells.hpp"

namespace fragflow {
namespace {

class GridTask : public Task {
 public:
  GridTask(const HypergridConfig& grid, const RewardConfig& reward)
      : grid_(grid), reward_(reward.grid, grid.dimension, grid.height, reward.beta) {
    if (reward.target == "molecule") {
      user_error("reward.target = \"molecule\" needs environment.name = \"fragment_tree\"");
    }
  }

  const Environment& environment() const override { return grid_; }
  Reward& reward() const override { return reward_; }
  std::string object_column() const override { return "cell"; }

  std::string identity() const override {
    return fmt::format("a grid of {} dimensions, {} cells along each", grid_.config().dimension,
                       grid_.config().height);
  }

  nlohmann::ordered_json description() const override {
    return {{"vocabulary", ""}, {"target", "cell"}};
  }

  std::vector<std::vector<State>> terminals_of(std::span<const std::string> objects,
                                               bool) const override {
    std::vector<std::vector<State>> terminals(objects.size());
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (const auto cell = parse_cell(objects[i])) terminals[i].push_back(*cell);
    }
    return terminals;
  }

  int num_known_modes() const override { return reward_.num_modes(); }
  int known_mode_of(const State& state) const override { return reward_.mode_of(cell_of(state)); }

  nlohmann::ordered_json picture(const StateGraph& graph, std::span<const double> target,
                                 std::span<const double> learned) const override {
    return {{"side", grid_.config().height},
            {"dimensions", grid_.config().dimension},
            {"target", on_grid(graph, target, grid_.config())},
            {"learned", on_grid(graph, learned, grid_.config())}};
  }

 private:
  // Parses "3,5" as a finished cell of this grid; empty if it is invalid.
  std::optional<State> parse_cell(const std::string& text) const {
    State state = grid_.initial_state();
    std::istringstream in(text);
    std::string part;
    int d = 0;
    for (; std::getline(in, part, ','); ++d) {
      const std::optional<double> x = parse_double(part);
      if (!x || d >= grid_.config().dimension || *x != std::floor(*x) || *x < 0 ||
          *x >= grid_.config().height) {
        return {};
      }
      state.nodes[d].label = static_cast<std::int32_t>(*x);
    }
    if (d != grid_.config().dimension) return {};
    state.stopped = true;
    if (!is_reachable(grid_, state)) return {};
    return state;
  }

  Hypergrid grid_;
  mutable GridReward reward_;
};

}  // namespace

std::unique_ptr<Task> make_grid_task(const EnvironmentConfig& environment,
                                     const RewardConfig& reward) {
  return std::make_unique<GridTask>(environment.hypergrid, reward);
}

}  // namespace fragflow
