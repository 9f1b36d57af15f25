#include "src/tasks/grid_cells.hpp"

#include <cmath>

#include "src/base/check.hpp"

namespace fragflow {

std::vector<int> cell_of(const State& state) {
  std::vector<int> cell;
  for (int d = 0; d < state.num_nodes; ++d) cell.push_back(state.nodes[d].label);
  return cell;
}

std::vector<double> on_grid(const StateGraph& graph, std::span<const double> values,
                            const HypergridConfig& grid) {
  std::size_t cells = 1;
  for (int d = 0; d < grid.dimension; ++d) cells *= static_cast<std::size_t>(grid.height);
  std::vector<double> result(cells, 0.0);
  const auto terminals = graph.terminals();
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    std::size_t index = 0;
    for (const int x : cell_of(terminals[i])) index = index * grid.height + x;
    result[index] = values[i];
  }
  return result;
}

std::vector<double> policy_on_grid(const StateGraph& graph, std::span<const double> edge_log_pf,
                                   const HypergridConfig& grid) {
  FRAGFLOW_CHECK(grid.dimension == 2, "a policy is drawn in two dimensions, not {}",
                 grid.dimension);
  const auto side = static_cast<std::size_t>(grid.height);
  std::vector<double> values(3 * side * side, 0.0);
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    const std::vector<int> cell = cell_of(graph.states[s]);
    double* here = values.data() + 3 * (cell[0] * side + cell[1]);
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      const std::vector<int> next = cell_of(graph.states[graph.edge_child[e]]);
      here[next == cell ? 0 : next[0] > cell[0] ? 1 : 2] += std::exp(edge_log_pf[e]);
    }
  }
  return values;
}

}  // namespace fragflow
