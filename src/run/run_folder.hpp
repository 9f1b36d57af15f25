// The folder of one training run: what lies where, and who may write.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/run/folder_lock.hpp"

namespace fragflow {

// What to do if the folder already holds a run.
enum class ExistingRun { kRefuse, kResume, kOverwrite };

// Holds an exclusive lock on the folder for as long as it lives.
class RunFolder {
 public:
  // kRefuse: a folder that is missing or empty, or whose run was killed before it had a checkpoint
  // (nothing is lost: its files are removed); anything else in it is an error that names the
  // choices.
  // kResume: a folder that holds a checkpoint. kOverwrite: removes the files of an earlier run,
  // and nothing else; refuses a folder with files but no run. Throws UserError also if another
  // process trains there or the folder cannot be written.
  RunFolder(const std::filesystem::path& path, ExistingRun existing);

  // Around the writing of a new run's first files, up to its first checkpoint.
  void begin_start() const;
  void end_start() const;

 private:
  std::filesystem::path path_;
  std::optional<FolderLock> lock_;
};

// Names inside a run folder.
struct RunPaths {
  explicit RunPaths(std::filesystem::path run_folder) : folder(std::move(run_folder)) {}

  std::filesystem::path folder;
  std::filesystem::path config() const { return folder / "config.toml"; }
  std::filesystem::path metrics() const { return folder / "metrics.csv"; }
  std::filesystem::path trajectories() const { return folder / "trajectories.csv"; }
  std::filesystem::path timings() const { return folder / "timings.csv"; }
  std::filesystem::path checkpoint() const { return folder / "checkpoint.safetensors"; }
  // The checkpoint before the last one, should that be damaged from outside.
  std::filesystem::path previous_checkpoint() const {
    return folder / "checkpoint.previous.safetensors";
  }
  std::filesystem::path samples() const { return folder / "samples.csv"; }
  std::filesystem::path front() const { return folder / "front.csv"; }  // with preferences
  std::filesystem::path top() const { return folder / "top.sdf"; }
  std::filesystem::path top_poses() const { return folder / "top_poses.sdf"; }  // with poses
  std::filesystem::path report() const { return folder / "report.html"; }
  std::filesystem::path metadata() const { return folder / "run.json"; }
  std::filesystem::path grid() const { return folder / "grid.json"; }  // hypergrid only
  std::filesystem::path best() const { return folder / "best.csv"; }   // best objects visited
  // How well the policy follows R / Z, as `fragflow evaluate --target-draws` found.
  std::filesystem::path fidelity() const { return folder / "fidelity.json"; }
  std::filesystem::path exact() const { return folder / "exact.csv"; }  // with metrics.exact
  std::filesystem::path lock() const { return folder / ".lock"; }
  // There while a new run has no checkpoint yet.
  std::filesystem::path starting() const { return folder / ".starting"; }
};

// "it is empty", or "it holds: " and the names of its files; for messages.
std::string listing_of(const std::filesystem::path& folder);

// The run in `folder`, to read from; of a run with stages the last finished one. Throws UserError
// if there is no checkpoint in it, saying what is there.
RunPaths open_run(const std::filesystem::path& folder);

}  // namespace fragflow
