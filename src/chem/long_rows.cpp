#include "src/chem/long_rows.hpp"

#include <string_view>

#include "src/base/decimal.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

// After this many rows a column that was always empty is assumed to stay empty.
constexpr std::size_t kRowsOfEmpty = 5;
// Up to this surplus all splits are tried (some of the fields after the last column).
constexpr std::size_t kFewFields = 8;

// "12", "1,5", ">436.5".
bool is_number(std::string_view text) {
  text = trim(text);
  while (!text.empty() && std::string_view("<>=~").find(text.front()) != std::string_view::npos) {
    text.remove_prefix(1);
  }
  return parse_decimal(text, '.') || parse_decimal(text, ',');
}

}  // namespace

void ColumnShapes::add(const std::vector<std::string>& row) {
  for (std::size_t c = 0; c < counts_.size(); ++c) {
    ++counts_[c].rows;
    if (c >= row.size() || trim(row[c]).empty()) continue;
    ++counts_[c].filled;
    counts_[c].numbers += is_number(row[c]);
  }
}

bool ColumnShapes::fits(std::size_t column, const std::string& cell) const {
  const Counts& counts = counts_[column];
  if (trim(cell).empty()) return true;
  if (counts.filled == 0) return counts.rows < kRowsOfEmpty;
  return counts.numbers * 10 < counts.filled * 9 || is_number(cell);
}

bool ColumnShapes::fits_if_split(const std::vector<std::string>& fields, std::size_t column,
                                 std::size_t surplus, char delimiter) const {
  std::string joined = fields[column];
  for (std::size_t k = 1; k <= surplus; ++k) joined += delimiter + fields[column + k];
  if (!fits(column, joined)) return false;
  for (std::size_t c = 0; c < counts_.size(); ++c) {
    if (c != column && !fits(c, fields[c < column ? c : c + surplus])) return false;
  }
  return true;
}

std::size_t ColumnShapes::certain(const std::vector<std::string>& fields, char delimiter) const {
  const std::size_t columns = counts_.size();
  if (fields.size() <= columns) return columns;
  for (std::size_t c = 0; c < columns; ++c) {
    if (!fits(c, fields[c])) return 0;
  }
  const std::size_t surplus = fields.size() - columns;
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t split = 1; split <= surplus; ++split) {
      if (surplus > kFewFields && split > 1) split = surplus;
      if (fits_if_split(fields, column, split, delimiter)) return column;
    }
  }
  return columns;
}

}  // namespace fragflow
