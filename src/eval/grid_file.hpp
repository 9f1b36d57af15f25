// The file grid.json of a run on a hypergrid.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace fragflow {

struct GridFile {
  int side = 0, dimensions = 0;
  std::vector<double> target, learned;  // side^dimensions cells, first coordinate slowest
  // side^2 cells with the probabilities of stop, down and right; empty: not recorded.
  std::vector<double> policy_before, policy_after;
};

// Throws UserError naming the file for missing entries, wrong types, and lists whose length differs
// from the number of cells.
GridFile parse_grid_file(const nlohmann::json& json, const std::filesystem::path& path);

}  // namespace fragflow
