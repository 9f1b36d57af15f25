// trajectories.csv: every object drawn in training, in order. Grows during the run and is truncated
// to the checkpoint's length on resuming.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/base/file.hpp"
#include "src/gfn/learner.hpp"
#include "src/run/config.hpp"

namespace fragflow {

class TrajectoryTable {
 public:
  // Opens path and truncates it to length bytes; length 0 begins a new table. object_column: of the
  // task; components: names of the reward's components.
  TrajectoryTable(const std::filesystem::path& path, std::size_t length,
                  const std::string& object_column, const std::vector<std::string>& components,
                  const Config& config);

  // One row per trajectory: step, object, score, log_reward, the condition if it has one, and each
  // component's raw value (empty for an object that could not be scored).
  void append(const StepResult& result);

  void sync() { file_.sync(); }
  std::size_t length() const { return file_.length(); }

 private:
  AppendFile file_;
  std::size_t num_components_;
  Config config_;
};

}  // namespace fragflow
