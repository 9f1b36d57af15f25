#include "src/run/run_folder.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/run/staged_folder.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

// Names of the files in the folder, sorted, except the lock and the start mark.
std::vector<std::string> files_in(const fs::path& folder) {
  const RunPaths paths(folder);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == paths.lock().filename() || name == paths.starting().filename()) continue;
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// In a run with stages only the stages have checkpoints.
void check_resumable(const fs::path& folder) {
  if (!holds_stages(folder)) open_run(folder);
}

bool holds_run(const RunPaths& paths) {
  return fs::exists(paths.checkpoint()) || fs::exists(paths.config());
}

bool was_killed_at_start(const RunPaths& paths) {
  return fs::exists(paths.starting()) && !fs::exists(paths.checkpoint()) &&
         !holds_stages(paths.folder);
}

// The checkpoint is removed first: a half-removed run must not look resumable.
std::vector<fs::path> files_of_run(const RunPaths& paths) {
  return {paths.checkpoint(),   paths.previous_checkpoint(),
          paths.metrics(),      paths.timings(),
          paths.trajectories(), paths.samples(),
          paths.top(),          paths.report(),
          paths.metadata(),     paths.front(),
          paths.grid(),         paths.best(),
          paths.exact(),        paths.fidelity(),
          paths.top_poses(),    paths.config()};
}

void check_existing(const RunPaths& paths, ExistingRun existing) {
  const std::string name = paths.folder.string();
  if (existing == ExistingRun::kResume) {
    check_resumable(paths.folder);
  } else if (files_in(paths.folder).empty() || was_killed_at_start(paths)) {
    return;
  } else if (!holds_run(paths)) {
    user_error("'{}' is not empty and holds no run; {}; choose another --out", name,
               listing_of(paths.folder));
  } else if (existing == ExistingRun::kRefuse) {
    user_error(
        "'{}' already holds a run; {}; continue it with --resume, or replace it with "
        "--overwrite",
        name, listing_of(paths.folder));
  }
}

// Removes their files, as of an overwritten run; a folder that holds anything else is kept.
void remove_stages(const fs::path& folder) {
  for (std::size_t k = 0; fs::is_directory(stage_folder(folder, k)); ++k) {
    const RunPaths stage(stage_folder(folder, k));
    { const RunFolder emptied(stage.folder, ExistingRun::kOverwrite); }
    fs::remove(stage.lock());
    std::error_code error;
    fs::remove(stage.folder, error);
  }
}

}  // namespace

RunFolder::RunFolder(const fs::path& path, ExistingRun existing) : path_(path) {
  const RunPaths paths(path);
  if (existing == ExistingRun::kResume) check_resumable(path);  // before anything is created
  lock_.emplace(path);
  check_existing(paths, existing);
  const bool anew = existing == ExistingRun::kOverwrite || was_killed_at_start(paths);
  if (anew && holds_stages(path)) remove_stages(path);
  for (const fs::path& file : files_of_run(paths)) {
    fs::remove(file.string() + ".tmp");  // left by a killed process
    if (anew) fs::remove(file);
  }
  if (existing == ExistingRun::kResume) end_start();  // was killed right after its first checkpoint
}

void RunFolder::begin_start() const {
  // An empty file, created atomically.
  const fs::path mark = RunPaths(path_).starting();
  if (!std::ofstream(mark)) user_error("cannot write '{}'", mark.string());
}

void RunFolder::end_start() const { fs::remove(RunPaths(path_).starting()); }

std::string listing_of(const fs::path& folder) {
  const std::vector<std::string> names = files_in(folder);
  return names.empty() ? "it is empty" : "it holds: " + join(names);
}

RunPaths open_run(const fs::path& folder) {
  if (!fs::is_directory(folder)) user_error("there is no run folder '{}'", folder.string());
  RunPaths paths(folder);
  if (holds_stages(folder)) {
    const auto finished = finished_stage(folder);
    if (finished) return RunPaths(*finished);
    user_error(
        "no stage of the run in '{}' is finished yet; continue it with `fragflow train --resume "
        "--out {}`, or name the stage: {}",
        folder.string(), folder.string(), stage_folder(folder, 0).string());
  }
  if (!fs::exists(paths.checkpoint())) {
    user_error("'{}' holds no checkpoint.safetensors; {}{}", folder.string(), listing_of(folder),
               was_killed_at_start(paths)
                   ? "; its run was stopped before the first checkpoint: start it again, without "
                     "--resume"
                   : "");
  }
  return paths;
}

}  // namespace fragflow
