#include "src/chem/sdf_rows.hpp"

#include <algorithm>
#include <cctype>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/structure_column.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// "pIC50" of ">  <pIC50>  (72)"; "DT12" of "> DT12".
std::string field_name(std::string_view line) {
  const std::size_t begin = line.find('<'), end = line.rfind('>');
  if (begin == line.npos || end == line.npos || end <= begin)
    return std::string(trim(line.substr(1)));
  return std::string(trim(line.substr(begin + 1, end - begin - 1)));
}

bool is_called(std::string_view name, std::string_view lower_name) {
  return std::equal(
      name.begin(), name.end(), lower_name.begin(), lower_name.end(),
      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

}  // namespace

bool SdfEntries::next(SdfEntry& entry) {
  entry = {};
  entry.line = lines_read_ + 1;
  bool any = false, behind_molblock = false, in_value = false;
  std::string line;
  for (std::size_t index = 0; lines_.next(line); ++index) {
    ++lines_read_;
    const std::string_view text = without_end(line);
    if (text.starts_with("$$$$")) return true;
    any |= !trim(text).empty();
    if (index == 0) entry.title = trim(text);
    if (!behind_molblock) {
      entry.molblock.append(text).push_back('\n');
      behind_molblock = text.starts_with("M  END");
    } else if (in_value) {
      std::string& value = entry.fields.back().second;
      in_value = !trim(text).empty();
      if (in_value) value.append(value.empty() ? "" : "\n").append(trim(text));
    } else if (text.starts_with('>')) {
      entry.fields.emplace_back(field_name(text), "");
      in_value = true;
    }
  }
  return any;
}

SdfRows::SdfRows(const std::function<TextLines()>& open) : entries_(open()) {
  find_columns(SdfEntries(open()));
}

void SdfRows::find_columns(SdfEntries entries) {
  std::vector<std::string> fields;
  SdfEntry entry;
  std::size_t count = 0;
  bool named = false;
  while (entries.next(entry)) {
    ++count;
    has_titles_ |= !entry.title.empty();
    for (const auto& [name, value] : entry.fields) {
      if (!column_of_field_.try_emplace(name, 0).second) continue;
      fields.push_back(name);
      named |= is_called(name, "name");
    }
  }
  if (count == 0) user_error("{} is empty; expected records of molecules", entries.text().source());
  header_ = {"SMILES"};
  if (has_titles_) header_.push_back(named ? "Title" : "Name");
  for (const std::string& name : fields) {
    column_of_field_[name] = header_.size();
    header_.push_back(structure_rank(name) == 0 ? name + " (data field)" : name);
  }
}

std::vector<TableRow> SdfRows::next(std::int64_t max_rows) {
  std::vector<SdfEntry> entries;
  SdfEntry entry;
  while (static_cast<std::int64_t>(entries.size()) < max_rows && entries_.next(entry)) {
    entries.push_back(std::move(entry));
  }
  std::vector<TableRow> rows(entries.size());
  parallel_for(static_cast<std::int64_t>(entries.size()), [&](std::int64_t i) {
    TableRow& row = rows[i];
    row.cells.resize(header_.size());
    row.cells[0] = smiles_of_molblock(entries[i].molblock);
    if (row.cells[0].empty()) row.cells[0] = entries[i].molblock;
    if (has_titles_) row.cells[1] = entries[i].title;
    for (const auto& [name, value] : entries[i].fields) {
      row.cells[column_of_field_.at(name)] = value;
    }
    row.line = entries[i].line;
    row.certain = header_.size();
  });
  records_ += rows.size();
  return rows;
}

std::vector<std::string> SdfRows::remarks() const {
  std::vector<std::string> remarks = entries_.text().remarks();
  remarks.push_back(fmt::format("an SDF: {} records, {} columns", records_, header_.size()));
  return remarks;
}

}  // namespace fragflow
