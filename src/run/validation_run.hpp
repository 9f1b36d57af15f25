// Validation on molecules: trains on an enumerable fragment space and measures the exact distance
// to R / Z, or the bias of training on labelled moves.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "src/base/stop_token.hpp"
#include "src/run/config.hpp"

namespace fragflow {

struct ValidationRequest {
  Config config;  // environment.name = "fragment_tree"
  std::filesystem::path folder;
  bool naive_actions = false;  // train on labelled moves (src/gfn/labelled_learner.hpp)
  std::int64_t max_states = 1'000'000;
  int evaluations = 40;
  bool overwrite = false;
  bool quiet = false;
  StopToken stop;
};

// Trains, writes config.toml, metrics.csv (the curve), terminals.csv and validation.json into the
// folder, and returns the figures. Throws UserError for another environment, more than max_states
// states, or naive_actions together with a learned P_B.
nlohmann::ordered_json run_validation(const ValidationRequest& request);

}  // namespace fragflow
