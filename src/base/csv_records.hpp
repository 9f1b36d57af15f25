// Records of delimited text (RFC 4180), one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

inline constexpr std::array<char, 3> kDelimiters = {',', ';', '\t'};

// The delimiter named by a first line "sep=;" (Excel), or '\0'.
char named_delimiter(std::string_view text);

// Whether all fields are empty or white space.
bool is_blank_record(const std::vector<std::string>& fields);

// Reads records one by one and tracks line numbers for messages.
class CsvRecords {
 public:
  // With a source, a quote that is never closed is a UserError naming it; without one, the quote
  // ends at the end of the text. first_line: 1-based line of the file where text begins.
  CsvRecords(std::string_view text, char delimiter, const std::string* source = nullptr,
             std::size_t first_line = 1)
      : text_(text), delimiter_(delimiter), source_(source), line_(first_line) {}

  // Counts lines of the file that are not in `text`.
  void skip_lines(std::size_t lines) { line_ += lines; }

  // False after a quote that was never closed.
  bool closed() const { return closed_; }
  // Number of bytes read.
  std::size_t position() const { return position_; }

  // False at the end of the text. start_line is the first line of the record.
  bool next(std::vector<std::string>& fields, std::size_t& start_line);

 private:
  std::string read_field();
  void read_quoted(std::string& field);

  std::string_view text_;
  char delimiter_;
  const std::string* source_;
  bool closed_ = true;
  std::size_t position_ = 0;
  std::size_t line_;
};

// Tracks whether lines read so far end within quotes, so that the next one continues the record.
class QuoteState {
 public:
  explicit QuoteState(char delimiter) : delimiter_(delimiter) {}

  // Adds a line, including its line end.
  void add(std::string_view line);
  bool is_open() const { return is_open_; }

 private:
  char delimiter_;
  bool is_open_ = false;
};

}  // namespace fragflow
