// Cells of a hypergrid as numbers, for reports.
#pragma once

#include <span>
#include <vector>

#include "envs/enumeration.hpp"
#include "envs/hypergrid.hpp"

namespace fragflow {

// Coordinates of a state.
std::vector<int> cell_of(const State& state);

// Rearranges values per terminal, in the order of graph.terminals(), into values per cell of the
// full grid, first coordinate slowest (unreachable cells are 0).
std::vector<double> on_grid(const StateGraph& graph, std::span<const double> values,
                            const HypergridConfig& grid);

// The policy in each cell of a two-dimensional grid: [height, height, 3] values, first coordinate
// slowest: probability of stopping, of a step of the first coordinate, of the second. edge_log_pf:
// log P_F per edge of the graph.
std::vector<double> policy_on_grid(const StateGraph& graph, std::span<const double> edge_log_pf,
                                   const HypergridConfig& grid);

}  // namespace fragflow
