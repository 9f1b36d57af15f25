#include "src/chem/list_rows.hpp"

#include <algorithm>
#include <string_view>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/inchi_layers.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/structure_column.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

// Number of lines used to detect whether names come first.
constexpr std::size_t kSample = 50;

bool is_row(std::string_view line) {
  line = trim(line);
  return !line.empty() && line.front() != '#';
}

// "CCO,ethanol" is also accepted as a line of a list; an InChI contains commas.
StructureCell split_line(std::string_view line) {
  StructureCell cell = split_structure(line);
  const std::size_t comma = cell.structure.find(',');
  if (is_inchi(cell.structure) || comma == cell.structure.npos) return cell;
  line = trim(line);
  return {line.substr(0, comma), trim(line.substr(comma + 1))};
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of(" \t,;"), text.size()));
}

}  // namespace

ListRows::ListRows(LineFeed feed) : feed_(std::move(feed)) {
  skip_header();
  find_order();
}

// Skips the first line that could be a row, if one of its words is a name of structure columns.
void ListRows::skip_header() {
  std::size_t at = 0;
  while (feed_.peek(at) != nullptr && !is_row(*feed_.peek(at))) ++at;
  if (feed_.peek(at) == nullptr) return;
  std::string_view rest = trim(*feed_.peek(at));
  bool is_header = false;
  while (!rest.empty()) {
    const std::string_view word = first_word(rest);
    is_header |= structure_rank(word).has_value();
    rest = trim(rest.substr(std::min(word.size() + 1, rest.size())));
  }
  if (!is_header) return;
  std::string line;
  for (std::size_t i = 0; i <= at; ++i) feed_.next(line);
  remarks_.push_back(fmt::format("line {} is a header: '{}'", at + 1, trim(line).substr(0, 80)));
}

void ListRows::find_order() {
  std::size_t first = 0, second = 0;
  for (std::size_t i = 0; i < kSample && feed_.peek(i) != nullptr; ++i) {
    if (!is_row(*feed_.peek(i))) continue;
    const StructureCell cell = split_line(*feed_.peek(i));
    const std::string_view other = split_line(cell.name).structure;
    if (standardise(cell.structure).ok()) {
      ++first;
    } else if (!other.empty() && standardise(other).ok()) {
      ++second;
    }
  }
  names_first_ = second > first;
  if (names_first_) remarks_.emplace_back("the SMILES are the second words of the lines");
}

std::vector<TableRow> ListRows::next(std::int64_t max_rows) {
  std::vector<TableRow> rows;
  std::string line;
  while (static_cast<std::int64_t>(rows.size()) < max_rows && feed_.next(line)) {
    if (!is_row(line)) continue;
    StructureCell cell = split_line(line);
    if (names_first_) {
      const StructureCell behind = split_line(cell.name);
      cell = {behind.structure, cell.structure};
    }
    TableRow& row = rows.emplace_back();
    row.cells.emplace_back(cell.structure);
    row.cells.emplace_back(cell.name);
    row.line = feed_.lines_read();
    row.certain = header_.size();
  }
  return rows;
}

std::vector<std::string> ListRows::remarks() const {
  std::vector<std::string> remarks = feed_.text().remarks();
  remarks.insert(remarks.end(), remarks_.begin(), remarks_.end());
  return remarks;
}

}  // namespace fragflow
