#include "src/app/grid_cells.hpp"

namespace fragflow {

std::vector<int> cell_of(const State& state) {
  std::vector<int> cell;
  for (int d = 0; d < state.num_nodes; ++d) cell.push_back(state.nodes[d].label);
  return cell;
}

std::vector<double> on_grid(const StateGraph& graph, const std::vector<double>& values,
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

void add_heat_maps(nlohmann::ordered_json& json, const StateGraph& graph,
                   const std::vector<double>& target, const std::vector<double>& learned,
                   const HypergridConfig& grid) {
  json["side"] = grid.height;
  json["dimensions"] = grid.dimension;
  json["target"] = on_grid(graph, target, grid);
  json["learned"] = on_grid(graph, learned, grid);
}

}  // namespace fragflow
