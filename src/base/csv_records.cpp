#include "src/base/csv_records.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {

char named_delimiter(std::string_view text) {
  if (!text.starts_with("sep=") || text.size() < 5) return '\0';
  const bool ends = text.size() == 5 || text[5] == '\r' || text[5] == '\n';
  return ends ? text[4] : '\0';
}

bool is_blank_record(const std::vector<std::string>& fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](const std::string& field) { return trim(field).empty(); });
}

bool CsvRecords::next(std::vector<std::string>& fields, std::size_t& start_line) {
  if (position_ >= text_.size()) return false;
  start_line = line_;
  fields.clear();
  for (;;) {
    fields.push_back(read_field());
    if (position_ >= text_.size()) return true;
    const char separator = text_[position_++];
    if (separator == delimiter_) continue;
    if (separator == '\r' && position_ < text_.size() && text_[position_] == '\n') ++position_;
    ++line_;
    return true;
  }
}

std::string CsvRecords::read_field() {
  std::string field;
  if (position_ < text_.size() && text_[position_] == '"') {
    read_quoted(field);
  }
  while (position_ < text_.size() && text_[position_] != delimiter_ && text_[position_] != '\n' &&
         text_[position_] != '\r') {
    field += text_[position_++];
  }
  return field;
}

void CsvRecords::read_quoted(std::string& field) {
  const std::size_t first_line = line_;
  ++position_;
  for (;;) {
    if (position_ >= text_.size()) {
      closed_ = false;
      if (source_ == nullptr) return;
      user_error("{}: the quote opened on line {} is never closed", *source_, first_line);
    }
    const char c = text_[position_++];
    if (c == '\n') ++line_;
    if (c != '"') {
      field += c;
    } else if (position_ < text_.size() && text_[position_] == '"') {
      field += '"';
      ++position_;
    } else {
      return;
    }
  }
}

void QuoteState::add(std::string_view line) {
  bool at_start = !is_open_;  // of a field
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (is_open_) {
      if (c != '"') continue;
      if (i + 1 < line.size() && line[i + 1] == '"') {
        ++i;
      } else {
        is_open_ = false;
      }
    } else {
      is_open_ = at_start && c == '"';
      at_start = c == delimiter_ || c == '\r';
    }
  }
}

}  // namespace fragflow
