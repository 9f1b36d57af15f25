// Ensures that only one process at a time works in a folder.
#pragma once

#include <filesystem>

namespace fragflow {

// Holds an exclusive lock on folder/.lock during its lifetime; the system releases it when the
// process ends, even by a crash.
class FolderLock {
 public:
  // Creates the folder and its parents. Throws UserError if that is not possible, if the folder
  // cannot be written, or if another process holds the lock.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace fragflow
