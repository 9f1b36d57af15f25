// trajectories.csv: every object that training drew, in order. Grows during the run and is cut back
// to the checkpoint on resume.
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
  // Opens path and cuts it to length bytes; a length of 0 begins a new table. object_column: of
  // the task; components are the names of the reward's components.
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
