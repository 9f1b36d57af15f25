// The lines of a text file in any common encoding: plain or gzip; UTF-8, UTF-16 with its byte order
// mark, Windows-1252. The output is always valid UTF-8 with plain spaces.
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
  // Throws UserError if the file is missing, a folder, unreadable or not text (saying what it is).
  explicit TextLines(const std::filesystem::path& path);
  // From bytes in memory, which must outlive this; source names them in messages.
  TextLines(std::string_view bytes, const std::string& source);
  ~TextLines();
  TextLines(TextLines&&) noexcept;
  TextLines& operator=(TextLines&&) noexcept;

  // The next line with its '\n' (the last may lack it; "\r" is kept). False at the end. Throws
  // UserError if reading fails or the gzip content is damaged.
  bool next(std::string& line);

  // For messages: "'FILE'".
  const std::string& source() const;
  // Readable notes on conversions so far.
  std::vector<std::string> remarks() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The whole text.
std::string read_text(TextLines lines);

}  // namespace fragflow
