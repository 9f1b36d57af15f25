#include "src/run/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "src/base/check.hpp"

namespace fragflow {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    user_error("'{}' cannot be created as a folder{}", folder.string(),
               error ? ": " + error.message() : std::string());
  }
  const std::filesystem::path path = folder / ".lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    user_error("'{}' cannot be written: {}", folder.string(), std::strerror(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    user_error("'{}' is in use by another fragflow process; wait for it or choose another --out",
               folder.string());
  }
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace fragflow
