#include "src/base/csv.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/csv_records.hpp"
#include "src/base/file.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Number of records used to detect the delimiter.
constexpr int kSampledRecords = 20;

// The common number of fields of the first records, 0 if they differ. A record that ends within
// quotes because the text is cut off does not count.
std::size_t common_fields(std::string_view text, char delimiter) {
  CsvRecords reader(text, delimiter);
  std::vector<std::string> fields;
  std::size_t line = 0, common = 0;
  for (int i = 0; i < kSampledRecords && reader.next(fields, line) && reader.closed(); ++i) {
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;
    if (common == 0) common = fields.size();
    if (fields.size() != common) return 0;
  }
  return common;
}

// Number of delimiters in the first line, outside quotes.
std::int64_t count_in_header(std::string_view text, char delimiter) {
  std::int64_t count = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    count += !quoted && c == delimiter;
  }
  return count;
}

void refuse_other_formats(std::string_view text, const std::string& source) {
  if (text.starts_with("PK\x03\x04") || text.starts_with("\xD0\xCF\x11\xE0")) {
    user_error("{} is an Excel workbook; save it as CSV (UTF-8) and give that file", source);
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    user_error("{} is UTF-16 text (Excel's \"Unicode Text\"); save it as CSV (UTF-8)", source);
  }
}

}  // namespace

char find_delimiter(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const char named = named_delimiter(text)) return named;
  std::array<std::pair<std::size_t, std::int64_t>, kDelimiters.size()> ranks;
  for (std::size_t k = 0; k < kDelimiters.size(); ++k) {
    const std::size_t fields = common_fields(text, kDelimiters[k]);
    ranks[k] = {fields > 1 ? fields : 0, count_in_header(text, kDelimiters[k])};
  }
  return kDelimiters[std::max_element(ranks.begin(), ranks.end()) - ranks.begin()];
}

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

CsvTable parse_csv(std::string_view text, const std::string& source, char delimiter,
                   std::size_t lines_left_out) {
  refuse_other_formats(text, source);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (trim(text).empty()) user_error("{} is empty; expected a header line and rows", source);
  CsvTable table;
  table.delimiter = delimiter == '\0' ? find_delimiter(text) : delimiter;
  CsvRecords reader(text, table.delimiter, &source);
  std::size_t line = 0;
  if (named_delimiter(text) != '\0') reader.next(table.header, line);
  reader.next(table.header, line);
  reader.skip_lines(lines_left_out);
  for (std::string& name : table.header) name = std::string(trim(name));
  std::vector<std::string> fields;
  while (reader.next(fields, line)) {
    if (is_blank_record(fields)) continue;
    while (fields.size() > table.header.size() && trim(fields.back()).empty()) fields.pop_back();
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
