// Delimited text: parsed, written and parsed again it is the same table; numbers of its cells, too.
#include "src/base/csv.hpp"

#include <cmath>

#include "src/base/decimal.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

void check_shape(const CsvTable& table) {
  FRAGFLOW_CHECK(table.line_numbers.size() == table.rows.size(), "{} lines, {} rows",
                 table.line_numbers.size(), table.rows.size());
  for (const auto& row : table.rows) {
    FRAGFLOW_CHECK(row.size() == table.header.size(), "{} fields", row.size());
  }
}

void check_round_trip(const CsvTable& table) {
  std::string text = csv_row(table.header);
  for (const auto& row : table.rows) text += csv_row(row);
  // These would be taken for a byte order mark, for Excel's line or for another kind of file.
  for (const char* sign : {"\xEF\xBB\xBF", "sep=", "PK", "\xD0\xCF", "\xFF\xFE", "\xFE\xFF"}) {
    if (text.starts_with(sign)) return;
  }
  if (table.header.size() == 1 && table.header[0].empty()) return;  // a blank line
  const CsvTable again = parse_csv(text, "again", ',');
  FRAGFLOW_CHECK(again.header == table.header, "header of {}", text);
  FRAGFLOW_CHECK(again.rows == table.rows, "rows of {}", text);
}

// A number that is read is written so that it reads back as the same one.
void check_numbers(const CsvTable& table) {
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    std::vector<std::string> texts;
    for (const auto& row : table.rows) texts.push_back(row[column]);
    const char mark = find_decimal_mark(texts, table.delimiter);
    FRAGFLOW_CHECK(mark == '.' || mark == ',' || mark == '\0', "mark {}", mark);
    for (const std::string& text : texts) {
      const auto value = parse_decimal(text, mark == '\0' ? ',' : mark);
      if (!value) continue;
      FRAGFLOW_CHECK(std::isfinite(*value), "{}", text);
      FRAGFLOW_CHECK(parse_decimal(csv_number(*value), '.') == value, "{} as {}", text,
                     csv_number(*value));
    }
  }
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  CsvTable table;
  if (accepts([&] { table = parse_csv(text_of(data, size), "input"); })) {
    check_shape(table);
    check_round_trip(table);
    check_numbers(table);
  }
  return 0;
}
