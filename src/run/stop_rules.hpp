// Rules for ending a run before its last step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/base/csv.hpp"
#include "src/run/run_config.hpp"

namespace fragflow {

// The input of the rules. Rows of metrics.csv contain all of it, so that a resumed run decides like
// an uninterrupted one.
struct TrainingProgress {
  double step = 0, trajectories = 0;
  double distinct = 0;  // number of distinct objects drawn so far
  double top_100 = 0;   // mean score of the best 100 so far
};

// Columns step, trajectories, unique_share and top_100, one entry a row.
std::vector<TrainingProgress> progress_of(const CsvTable& metrics);

class StopRules {
 public:
  explicit StopRules(const StopConfig& config) : config_(config) {}

  // Rows must be added in order of steps.
  void add(const TrainingProgress& row) { rows_.push_back(row); }

  // The reason to stop now, as a readable phrase; empty: continue. Plateau and fraction of new
  // objects are computed over spans of rows: from the last row back to the latest one that is at
  // least plateau_steps (unique_steps) earlier.
  std::optional<std::string> reason(std::int64_t reward_calls, double minutes) const;

 private:
  std::optional<TrainingProgress> row_before(std::int64_t steps) const;

  StopConfig config_;
  std::vector<TrainingProgress> rows_;
};

}  // namespace fragflow
