// The folder of one training run: its file names, and exclusive write access.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "src/run/folder_lock.hpp"

namespace fragflow {

// What to do if the folder already holds a run.
enum class ExistingRun { kRefuse, kResume, kOverwrite };

// Holds an exclusive lock on the folder during its lifetime.
class RunFolder {
 public:
  // kRefuse: accepts a missing or empty folder, or one whose run was killed
  // before its first checkpoint (nothing is lost: its files are removed);
  // anything else is an error that names the options. kResume: accepts a
  // folder with a checkpoint. kOverwrite: removes only the files of an
  // earlier run; refuses a folder with files but no run. Throws UserError
  // also if another process trains there or the folder cannot be written.
  RunFolder(const std::filesystem::path& path, ExistingRun existing);

  // Marks that the first files of a new run are being written, until its first checkpoint.
  void begin_start() const;
  void end_start() const;

 private:
  std::filesystem::path path_;
  std::optional<FolderLock> lock_;
};

// File names inside a run folder.
struct RunPaths {
  explicit RunPaths(std::filesystem::path run_folder) : folder(std::move(run_folder)) {}

  std::filesystem::path folder;
  std::filesystem::path config() const { return folder / "config.toml"; }
  std::filesystem::path metrics() const { return folder / "metrics.csv"; }
  std::filesystem::path trajectories() const { return folder / "trajectories.csv"; }
  std::filesystem::path timings() const { return folder / "timings.csv"; }
  std::filesystem::path checkpoint() const { return folder / "checkpoint.safetensors"; }
  // The second-last checkpoint, in case the last one is damaged from outside.
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
  // How well the policy follows R / Z, written by `fragflow evaluate --target-draws`.
  std::filesystem::path fidelity() const { return folder / "fidelity.json"; }
  std::filesystem::path exact() const { return folder / "exact.csv"; }  // with metrics.exact
  std::filesystem::path lock() const { return folder / ".lock"; }
  // Exists while a new run has no checkpoint yet.
  std::filesystem::path starting() const { return folder / ".starting"; }
};

// "it is empty", or "it holds: " and the names of its files; for messages.
std::string listing_of(const std::filesystem::path& folder);

// The run in `folder`, for reading; for a run with stages, the last finished stage. Throws
// UserError that describes the folder if there is no checkpoint in it.
RunPaths open_run(const std::filesystem::path& folder);

}  // namespace fragflow
