// Delimited text tables as exported by common programs: RFC 4180 quoting, BOM, CRLF, quoted
// newlines, Excel's "sep=;" line; comma, semicolon or tab are detected.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // all as long as header (short rows are padded)
  std::vector<std::size_t> line_numbers;       // 1-based line where rows[i] starts in the file
  char delimiter = ',';
  // Readable notes on what was detected and skipped.
  std::vector<std::string> remarks = {};
  // For each row, how many leading cells certainly belong to their columns: all, except in rows
  // with more fields than the header. Empty: all of all rows.
  std::vector<std::size_t> certain = {};

  std::optional<std::size_t> find_column(std::string_view name) const;
  // Throws UserError naming source and the existing columns, with the nearest name.
  std::size_t column(std::string_view name, const std::string& source) const;
};

// Comma, semicolon or tab: the one named by an Excel line "sep=;" at the start, else the one that
// splits the first records into the most fields, equally many in each; comma if none does. A header
// alone is enough, but commas in its names are then counted as separators.
char find_delimiter(std::string_view text);

// Parses text; delimiter '\0': detected. Rows without any text (";;;") count as blank lines,
// trailing empty fields beyond the header are dropped. Throws UserError (naming source and line)
// for an empty file, an unterminated quote, a row with more fields than the header, and anything
// that is not a text table (an Excel workbook, UTF-16). lines_left_out: number of lines of the file
// between the header and the rest of `text`; for line numbers.
CsvTable parse_csv(std::string_view text, const std::string& source, char delimiter = '\0',
                   std::size_t lines_left_out = 0);
CsvTable read_csv(const std::filesystem::path& path);

// One field, quoted if it holds a comma, quote or line break.
std::string csv_field(std::string_view value);
// Fields joined with commas and a final '\n'.
std::string csv_row(const std::vector<std::string>& fields);
// The shortest text that reads back to the same double; "" for NaN.
std::string csv_number(double value);

}  // namespace fragflow
