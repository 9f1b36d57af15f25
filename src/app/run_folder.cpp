#include "src/app/run_folder.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

// Names of the files in the folder, sorted; the lock is not one of them.
std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name != ".lock") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string listing(const fs::path& folder) {
  const std::vector<std::string> names = files_in(folder);
  return names.empty() ? "it is empty" : "it holds: " + join(names);
}

bool holds_run(const RunPaths& paths) {
  return fs::exists(paths.checkpoint()) || fs::exists(paths.config());
}

void check_existing(const RunPaths& paths, ExistingRun existing) {
  const std::string name = paths.folder.string();
  if (existing == ExistingRun::kResume) {
    open_run(paths.folder);
  } else if (files_in(paths.folder).empty()) {
    return;
  } else if (!holds_run(paths)) {
    user_error("'{}' is not empty and holds no run; {}; choose another --out", name,
               listing(paths.folder));
  } else if (existing == ExistingRun::kRefuse) {
    user_error(
        "'{}' already holds a run; {}; continue it with --resume, or replace it with "
        "--overwrite",
        name, listing(paths.folder));
  }
}

}  // namespace

RunFolder::RunFolder(const fs::path& path, ExistingRun existing) {
  const RunPaths paths(path);
  if (existing == ExistingRun::kResume) open_run(path);  // before anything is created
  lock_.emplace(path);
  check_existing(paths, existing);
  if (existing == ExistingRun::kOverwrite) {
    // The checkpoint goes first: a half-removed run must not look like one to resume.
    for (const fs::path& file :
         {paths.checkpoint(), paths.previous_checkpoint(), paths.metrics(), paths.timings(),
          paths.trajectories(), paths.samples(), paths.top(), paths.report(), paths.metadata(),
          paths.front(), paths.grid(), paths.best(), paths.exact(), paths.config()}) {
      fs::remove(file);
    }
  }
}

RunPaths open_run(const fs::path& folder) {
  if (!fs::is_directory(folder)) user_error("there is no run folder '{}'", folder.string());
  RunPaths paths(folder);
  if (!fs::exists(paths.checkpoint())) {
    user_error("'{}' holds no checkpoint.safetensors; {}", folder.string(), listing(folder));
  }
  return paths;
}

}  // namespace fragflow
