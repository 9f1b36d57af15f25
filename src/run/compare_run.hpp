// Runs a comparison: finished runs are kept, stopped ones are resumed.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "src/base/stop_token.hpp"
#include "src/run/compare_config.hpp"

namespace fragflow {

struct CompareRequest {
  CompareConfig config;
  std::filesystem::path folder;
  std::string command;  // as typed, for the record
  bool quiet = false;
  StopToken stop;
};

struct CompareOutcome {
  bool finished = false;  // false: stopped; the same command continues
  std::int64_t runs = 0, finished_runs = 0;
  nlohmann::ordered_json results;  // compare.json, if finished
};

// Trains missing runs in FOLDER/runs, then writes compare.json and report.html. Throws UserError
// before training anything if a run in the folder was made with other settings.
CompareOutcome run_comparison(const CompareRequest& request);

}  // namespace fragflow
