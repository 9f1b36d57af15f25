#include "src/app/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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

int take_lock(const RunPaths& paths) {
  const int descriptor = ::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    user_error("'{}' cannot be written: {}", paths.folder.string(), std::strerror(errno));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    user_error("'{}' is in use by another fragflow process; wait for it or choose another --out",
               paths.folder.string());
  }
  return descriptor;
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
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path)) {
    user_error("'{}' cannot be created as a folder{}", path.string(),
               error ? ": " + error.message() : std::string());
  }
  lock_ = take_lock(paths);
  try {
    check_existing(paths, existing);
  } catch (...) {
    ::close(lock_);
    throw;
  }
  if (existing == ExistingRun::kOverwrite) {
    // The checkpoint goes first: a half-removed run must not look like one to resume.
    for (const fs::path& file :
         {paths.checkpoint(), paths.previous_checkpoint(), paths.metrics(), paths.timings(),
          paths.trajectories(), paths.samples(), paths.top(), paths.report(), paths.metadata(),
          paths.grid(), paths.best(), paths.exact(), paths.config()}) {
      fs::remove(file);
    }
  }
}

RunFolder::~RunFolder() { ::close(lock_); }

RunPaths open_run(const fs::path& folder) {
  if (!fs::is_directory(folder)) user_error("there is no run folder '{}'", folder.string());
  RunPaths paths(folder);
  if (!fs::exists(paths.checkpoint())) {
    user_error("'{}' holds no checkpoint.safetensors; {}", folder.string(), listing(folder));
  }
  return paths;
}

}  // namespace fragflow
