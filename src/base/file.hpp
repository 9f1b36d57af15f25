// Whole files, written atomically: a reader sees the old or the new content, never a mixture.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace fragflow {

// The whole file as bytes. Throws UserError if it is missing, unreadable or a folder.
std::string read_file(const std::filesystem::path& path);

// Writes path + ".tmp", flushes it to disk, renames it over path. On any failure (folder missing,
// read-only, disk full) throws UserError, removes the temporary file and leaves path as it was.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

// A text file that is appended to during a run and can be truncated to a known length on resume.
class AppendFile {
 public:
  // Opens or creates path and truncates it to length bytes. Throws UserError if it is shorter than
  // length or cannot be opened.
  AppendFile(std::filesystem::path path, std::size_t length);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // Throws UserError if the bytes cannot be written (disk full).
  void append(std::string_view text);
  // Flushes everything appended so far to disk, so that it survives a power cut.
  void sync();
  // Bytes in the file.
  std::size_t length() const { return length_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::size_t length_ = 0;
};

}  // namespace fragflow
