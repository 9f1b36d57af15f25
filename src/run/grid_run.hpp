// The grid benchmark: trains on a hypergrid with a known answer and measures the distance to it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "src/base/stop_token.hpp"
#include "src/run/config.hpp"

namespace fragflow {

struct GridRequest {
  std::string preset;  // for the record; "" if a configuration file was given
  Config config;       // environment.name = "hypergrid"
  std::filesystem::path folder;
  std::int64_t samples = 200000;  // fresh samples for empirical figures; 0: none
  int evaluations = 40;           // number of exact distances during the run
  bool overwrite = false;
  bool quiet = false;
  StopToken stop;
};

// The configuration of a published benchmark with this project's training settings: a 2 x 256 MLP,
// batches of 16, and the given number of trajectories. "tutorial" learns offline: TB with a learned
// P_B from the distinct cells where 20,000 uniformly random trajectories end, keeping the best
// weights.
Config grid_config(const std::string& preset, std::int64_t trajectories);

// Trains, writes config.toml, metrics.csv, grid.json, run.json and report.html into the folder, and
// returns the figures. Throws UserError if the grid is too large to be enumerated.
nlohmann::ordered_json run_grid(const GridRequest& request);

}  // namespace fragflow
