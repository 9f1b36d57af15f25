#include "src/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

void write_all(int descriptor, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) user_error("cannot write '{}': {}", path.string(), std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync_or_throw(int descriptor, const std::filesystem::path& path) {
  if (::fsync(descriptor) != 0) {
    user_error("cannot flush '{}' to disk: {}", path.string(), std::strerror(errno));
  }
}

// A rename is durable only once the folder is flushed; some file systems refuse this, harmlessly.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    user_error("'{}' is a folder, expected a file", path.string());
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) user_error("cannot open '{}': {}", path.string(), std::strerror(errno));
  // A hint: pipes have no size and files grow. Streams would ignore a failed allocation and return
  // a truncated file.
  const std::uintmax_t expected = std::filesystem::file_size(path, error);
  std::string text(std::max<std::uintmax_t>(error ? 0 : expected + 1, 4096), '\0');
  std::size_t size = 0;
  while (const std::size_t read = std::fread(&text[size], 1, text.size() - size, file.get())) {
    size += read;
    if (size == text.size()) text.resize(2 * size);
  }
  if (std::ferror(file.get()) != 0) {
    user_error("cannot read '{}': {}", path.string(), std::strerror(errno));
  }
  text.resize(size);
  return text;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path temporary = path.string() + ".tmp";
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) user_error("cannot write '{}': {}", path.string(), std::strerror(errno));
  try {
    write_all(descriptor, content, path);
    sync_or_throw(descriptor, path);
  } catch (...) {
    ::close(descriptor);
    ::unlink(temporary.c_str());
    throw;
  }
  ::close(descriptor);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int rename_error = errno;
    ::unlink(temporary.c_str());
    user_error("cannot replace '{}': {}", path.string(), std::strerror(rename_error));
  }
  sync_folder(path.parent_path());
}

AppendFile::AppendFile(std::filesystem::path path, std::size_t length)
    : path_(std::move(path)), length_(length) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) user_error("cannot open '{}': {}", path_.string(), std::strerror(errno));
  struct stat info {};
  const bool known = ::fstat(descriptor_, &info) == 0;
  if (!known || static_cast<std::size_t>(info.st_size) < length) {
    ::close(descriptor_);
    user_error("'{}' is shorter ({} bytes) than the {} bytes recorded for it", path_.string(),
               known ? info.st_size : 0, length);
  }
  const bool longer = static_cast<std::size_t>(info.st_size) > length;
  if ((longer && ::ftruncate(descriptor_, static_cast<off_t>(length)) != 0) ||
      ::lseek(descriptor_, 0, SEEK_END) < 0) {
    const int truncate_error = errno;
    ::close(descriptor_);
    user_error("cannot truncate '{}': {}", path_.string(), std::strerror(truncate_error));
  }
}

AppendFile::~AppendFile() { ::close(descriptor_); }

void AppendFile::append(std::string_view text) {
  write_all(descriptor_, text, path_);
  length_ += text.size();
}

void AppendFile::sync() { sync_or_throw(descriptor_, path_); }

}  // namespace fragflow
