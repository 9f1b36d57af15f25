// Reasons to end a run before its last step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/base/csv.hpp"
#include "src/run/run_config.hpp"

namespace fragflow {

// What the rules look at. Rows of metrics.csv have all of it, so that a resumed run decides as one
// that was never stopped.
struct TrainingProgress {
  double step = 0, trajectories = 0;
  double distinct = 0;  // objects drawn so far
  double top_100 = 0;   // mean score of the best 100 so far
};

// Columns step, trajectories, unique_share and top_100, one entry a row.
std::vector<TrainingProgress> progress_of(const CsvTable& metrics);

class StopRules {
 public:
  explicit StopRules(const StopConfig& config) : config_(config) {}

  // Rows come in order of steps.
  void add(const TrainingProgress& row) { rows_.push_back(row); }

  // Why to stop now, as a phrase for people; nothing: go on. The plateau and the fraction of new
  // objects are of whole spans of rows: from the last row back to the latest one that is at least
  // plateau_steps (unique_steps) earlier.
  std::optional<std::string> reason(std::int64_t reward_calls, double minutes) const;

 private:
  std::optional<TrainingProgress> row_before(std::int64_t steps) const;

  StopConfig config_;
  std::vector<TrainingProgress> rows_;
};

}  // namespace fragflow
