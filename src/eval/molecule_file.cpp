#include "src/eval/molecule_file.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/decimal.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

// Records that are read ahead to find the delimiter.
constexpr int kReadAhead = 20;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Tables that do not use the comma otherwise may write decimals with it.
std::optional<double> parse_value(const std::string& text, char delimiter) {
  const bool comma = delimiter != ',' && text.find('.') == std::string::npos;
  return parse_decimal(text, comma ? ',' : '.');
}

std::string find_smiles_column(const CsvTable& table, const std::string& source) {
  for (const std::string& name : table.header) {
    if (lower(name) == "smiles") return name;
  }
  user_error("{}: no column called smiles; the columns are: {}; name one with --smiles", source,
             join(table.header));
}

}  // namespace

MoleculeFile::MoleculeFile(std::filesystem::path path, MoleculeColumns columns)
    : path_(std::move(path)), columns_(std::move(columns)) {
  const std::string extension = lower(path_.extension().string());
  is_table_ = extension != ".smi" && extension != ".txt";
  if (std::filesystem::is_directory(path_)) {
    user_error("'{}' is a folder, expected a file of molecules", path_.string());
  }
  in_.open(path_, std::ios::binary);
  if (!in_) user_error("cannot open '{}': {}", path_.string(), std::strerror(errno));
  // Streams keep quiet about lack of memory and failing disks, as if the file ended there.
  in_.exceptions(std::ios::badbit);
  if (is_at_end()) {
    user_error("'{}' is empty; expected molecules", path_.string());
  }
  if (is_table_) {
    read_header();
  } else if (columns_.value_required) {
    user_error("'{}' is a list of SMILES and has no column '{}'; give a .csv file", path_.string(),
               columns_.value);
  }
}

bool MoleculeFile::is_at_end() {
  try {
    return in_.peek() == std::ifstream::traits_type::eof();
  } catch (const std::ios_base::failure& error) {
    user_error("cannot read '{}': {}", path_.string(), error.code().message());
  }
}

bool MoleculeFile::read_line(std::string& line) {
  try {
    return static_cast<bool>(std::getline(in_, line));
  } catch (const std::ios_base::failure& error) {
    user_error("cannot read '{}' after line {}: {}", path_.string(), lines_read_,
               error.code().message());
  }
}

void MoleculeFile::read_header() {
  const std::string source = "'" + path_.string() + "'";
  append_record(header_);
  if (header_.find("sep=") <= 3) append_record(header_);  // Excel's line, perhaps behind a BOM
  header_lines_ = lines_read_;
  std::string head = header_;
  for (int i = 0; i < kReadAhead; ++i) {
    std::string record;
    std::size_t lines = 0;
    if (!read_record(record, lines)) break;
    head += record;
    ahead_.emplace_back(std::move(record), lines);
  }
  delimiter_ = find_delimiter(head);
  const CsvTable table = parse_csv(header_, source, delimiter_);
  if (columns_.smiles.empty()) columns_.smiles = find_smiles_column(table, source);
  table.column(columns_.smiles, source);
  if (columns_.value_required) table.column(columns_.value, source);
  has_value_ = !columns_.value.empty() && table.find_column(columns_.value).has_value();
}

bool MoleculeFile::append_record(std::string& text) {
  if (ahead_.empty()) return read_record(text, lines_read_);
  text += ahead_.front().first;
  lines_read_ += ahead_.front().second;
  ahead_.pop_front();
  return true;
}

bool MoleculeFile::read_record(std::string& text, std::size_t& lines) {
  std::string line;
  bool quoted = false, any = false;
  while (read_line(line)) {
    any = true;
    ++lines;
    text += line;
    text += '\n';
    if (std::count(line.begin(), line.end(), '"') % 2 != 0) quoted = !quoted;
    if (!quoted) return true;
  }
  return any;
}

std::vector<MoleculeRow> MoleculeFile::next(std::int64_t max_rows) {
  return is_table_ ? next_of_table(max_rows) : next_of_list(max_rows);
}

std::vector<MoleculeRow> MoleculeFile::next_of_table(std::int64_t max_rows) {
  const std::string source = "'" + path_.string() + "'";
  std::vector<MoleculeRow> rows;
  // A block of blank lines alone is no end of the file.
  while (rows.empty() && (in_ || !ahead_.empty())) {
    const std::size_t lines_before = lines_read_ - header_lines_;
    std::string block = header_;
    bool any = false;
    for (std::int64_t i = 0; i < max_rows && append_record(block); ++i) any = true;
    if (!any) break;
    const CsvTable table = parse_csv(block, source, delimiter_, lines_before);
    const std::size_t smiles = table.column(columns_.smiles, source);
    const auto value = has_value_ ? table.find_column(columns_.value) : std::nullopt;
    const auto name = table.find_column(columns_.name);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      MoleculeRow row;
      row.smiles = std::string(trim(table.rows[i][smiles]));
      row.row = ++rows_read_;
      row.line = table.line_numbers[i];
      if (name) row.name = table.rows[i][*name];
      if (value) row.value = parse_value(table.rows[i][*value], delimiter_).value_or(row.value);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<MoleculeRow> MoleculeFile::next_of_list(std::int64_t max_rows) {
  std::vector<MoleculeRow> rows;
  std::string line;
  while (static_cast<std::int64_t>(rows.size()) < max_rows && read_line(line)) {
    ++lines_read_;
    std::string_view text = line;
    if (lines_read_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text = trim(text);
    if (text.empty() || text.front() == '#') continue;
    const std::size_t end = std::min(text.find_first_of(" \t,"), text.size());
    MoleculeRow row;
    row.smiles = std::string(text.substr(0, end));
    row.name = end < text.size() ? std::string(trim(text.substr(end + 1))) : "";
    row.row = ++rows_read_;
    row.line = lines_read_;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace fragflow
