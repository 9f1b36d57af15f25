#include "src/eval/molecule_file.hpp"

#include <algorithm>
#include <cctype>

#include "src/base/check.hpp"
#include "src/base/decimal.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

// Rows that are read ahead to find the columns.
constexpr std::int64_t kReadAhead = 50;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Tables with another delimiter may use decimal commas.
std::optional<double> parse_value(const std::string& text, char delimiter) {
  const bool comma = delimiter != ',' && text.find('.') == std::string::npos;
  return parse_decimal(text, comma ? ',' : '.');
}

std::optional<std::size_t> find_name(const std::vector<std::string>& header,
                                     const std::string& name) {
  const auto exact = std::find(header.begin(), header.end(), name);
  const auto found = exact != header.end()
                         ? exact
                         : std::find_if(header.begin(), header.end(), [&](const auto& column) {
                             return lower(column) == lower(name);
                           });
  if (found == header.end()) return {};
  return static_cast<std::size_t>(found - header.begin());
}

}  // namespace

MoleculeFile::MoleculeFile(std::filesystem::path path, MoleculeColumns columns)
    : source_("'" + path.string() + "'"), reader_(path, columns.smiles) {
  if (reader_.is_list() && columns.value_required) {
    user_error("{} is a list of SMILES and has no column '{}'; give a .csv file", source_,
               columns.value);
  }
  for (TableRow& row : reader_.next(kReadAhead)) ahead_.push_back(std::move(row));
  find_columns(columns);
  log_remarks();
}

void MoleculeFile::find_columns(const MoleculeColumns& columns) {
  CsvTable table;
  table.header = reader_.header();
  for (const TableRow& row : ahead_) {
    table.rows.push_back(row.cells);
    table.line_numbers.push_back(row.line);
  }
  smiles_ = find_smiles_column(table, columns.smiles, source_);
  if (columns.value_required) table.column(columns.value, source_);
  if (!columns.value.empty()) value_ = table.find_column(columns.value);
  name_ = find_name(table.header, columns.name);
}

std::vector<MoleculeRow> MoleculeFile::next(std::int64_t max_rows) {
  std::vector<MoleculeRow> rows;
  for (; !ahead_.empty() && static_cast<std::int64_t>(rows.size()) < max_rows; ahead_.pop_front()) {
    rows.push_back(molecule_of(ahead_.front()));
  }
  const std::int64_t wanted = max_rows - static_cast<std::int64_t>(rows.size());
  if (wanted > 0) {
    for (const TableRow& row : reader_.next(wanted)) rows.push_back(molecule_of(row));
  }
  if (static_cast<std::int64_t>(rows.size()) < max_rows) log_remarks();  // the end
  return rows;
}

MoleculeRow MoleculeFile::molecule_of(const TableRow& row) {
  MoleculeRow molecule;
  molecule.row = ++rows_read_;
  molecule.line = row.line;
  if (row.certain <= std::max(smiles_, value_.value_or(0))) {
    molecule.text = "a row with more fields than the header";
    return molecule;
  }
  const std::string& cell = row.cells[smiles_];
  const StructureCell structure = split_structure(cell);
  molecule.smiles = std::string(structure.structure);
  if (molecule.smiles != trim(cell) || is_molblock(cell)) molecule.text = shown_structure(cell);
  if (name_) molecule.name = row.cells[*name_];
  if (molecule.name.empty()) molecule.name = std::string(structure.name);
  if (value_) {
    molecule.value = parse_value(row.cells[*value_], reader_.delimiter()).value_or(molecule.value);
  }
  return molecule;
}

// Remarks on the text come first and may change as more is read; each index is logged once.
void MoleculeFile::log_remarks() {
  const std::vector<std::string> remarks = reader_.remarks();
  for (; remarks_logged_ < remarks.size(); ++remarks_logged_) {
    spdlog::info("{}: {}", source_, remarks[remarks_logged_]);
  }
}

}  // namespace fragflow
