#include "src/base/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

// The candidate that splits the header line most often, outside quotes; comma if none does.
char find_delimiter(std::string_view text) {
  constexpr std::array<char, 3> kCandidates = {',', ';', '\t'};
  std::array<int, 3> counts{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    for (std::size_t k = 0; k < kCandidates.size(); ++k) counts[k] += c == kCandidates[k];
  }
  return kCandidates[std::max_element(counts.begin(), counts.end()) - counts.begin()];
}

// Reads one record at a time and keeps the line number for messages.
class RecordReader {
 public:
  RecordReader(std::string_view text, char delimiter, const std::string& source)
      : text_(text), delimiter_(delimiter), source_(source) {}

  // False at the end of the text. start_line is the line on which the record begins.
  bool next(std::vector<std::string>& fields, std::size_t& start_line) {
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

 private:
  std::string read_field() {
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

  void read_quoted(std::string& field) {
    const std::size_t first_line = line_;
    ++position_;
    for (;;) {
      if (position_ >= text_.size()) {
        user_error("{}: the quote opened on line {} is never closed", source_, first_line);
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

  std::string_view text_;
  char delimiter_;
  const std::string& source_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return {};
  return static_cast<std::size_t>(found - header.begin());
}

std::size_t CsvTable::column(std::string_view name, const std::string& source) const {
  if (const auto found = find_column(name)) return *found;
  user_error("{}: no column '{}'; the columns are: {}{}", source, name, join(header),
             did_you_mean(name, header));
}

CsvTable parse_csv(std::string_view text, const std::string& source) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (trim(text).empty()) user_error("{} is empty; expected a header line and rows", source);
  CsvTable table;
  table.delimiter = find_delimiter(text);
  RecordReader reader(text, table.delimiter, source);
  std::size_t line = 0;
  reader.next(table.header, line);
  for (std::string& name : table.header) name = std::string(trim(name));
  std::vector<std::string> fields;
  while (reader.next(fields, line)) {
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;  // a blank line
    if (fields.size() > table.header.size()) {
      user_error("{}: line {} has {} fields, the header has {}", source, line, fields.size(),
                 table.header.size());
    }
    fields.resize(table.header.size());
    table.rows.push_back(fields);
    table.line_numbers.push_back(line);
  }
  return table;
}

CsvTable read_csv(const std::filesystem::path& path) {
  return parse_csv(read_file(path), "'" + path.string() + "'");
}

std::string csv_field(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_row(const std::vector<std::string>& fields) {
  std::string row;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) row += ',';
    row += csv_field(fields[i]);
  }
  return row + '\n';
}

std::string csv_number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

}  // namespace fragflow
