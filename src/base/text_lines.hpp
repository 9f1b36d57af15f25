// The lines of a text file, however it is packed and written: plain or gzip; UTF-8, UTF-16 with its
// byte order mark, Windows-1252. What comes out is always valid UTF-8 with plain spaces.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

class TextLines {
 public:
  // Throws UserError if the file is missing, a folder, unreadable or no text (saying what it is).
  explicit TextLines(const std::filesystem::path& path);
  // Of bytes in memory, which must stay; source names them in messages.
  TextLines(std::string_view bytes, const std::string& source);
  ~TextLines();
  TextLines(TextLines&&) noexcept;
  TextLines& operator=(TextLines&&) noexcept;

  // The next line with its '\n' (the last may lack it; "\r" stays). False at the end. Throws
  // UserError if the file cannot be read to there or its gzip content is damaged.
  bool next(std::string& line);

  // For messages: "'FILE'".
  const std::string& source() const;
  // What was converted so far, in sentences.
  std::vector<std::string> remarks() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// All of it.
std::string read_text(TextLines lines);

}  // namespace fragflow
