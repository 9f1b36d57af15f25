// Reads any file of molecules as a table of text cells: delimited text with a header, a list of
// SMILES, or an SDF; plain or gzip, in UTF-8, UTF-16 or Windows-1252. Reads block by block, so that
// files of any length are supported.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/csv.hpp"

namespace fragflow {

struct TableRow {
  std::vector<std::string> cells;  // as many as the header has
  std::size_t line = 0;            // 1-based, of the file
  // How many of the first cells certainly belong to their columns: all, except in a row with more
  // fields than the header.
  std::size_t certain = 0;
};

// One kind of file.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // Trimmed names in order, not necessarily distinct.
  virtual const std::vector<std::string>& header() const = 0;
  virtual std::vector<TableRow> next(std::int64_t max_rows) = 0;
  // Readable notes on what was detected and skipped so far.
  virtual std::vector<std::string> remarks() const = 0;
  virtual char delimiter() const = 0;
};

class TableReader {
 public:
  // smiles_column: the user's name for the column of structures, "": detected by name. It only
  // helps to find the header; the caller checks whether there is such a column. Throws UserError if
  // the file is missing, a folder, empty, or not a file of molecules (saying what it is).
  TableReader(const std::filesystem::path& path, const std::string& smiles_column);
  // From text in memory, which must outlive this.
  TableReader(std::string_view text, const std::string& source, const std::string& smiles_column);

  // A list has the columns "smiles" and "name"; an SDF "SMILES", "Name" (its title lines) and its
  // data fields.
  const std::vector<std::string>& header() const { return rows_->header(); }
  // ',', ';' or '\t'; '\n' for an SDF, ' ' for a list.
  char delimiter() const { return rows_->delimiter(); }
  bool is_list() const { return delimiter() == ' '; }

  // The next rows, at most max_rows of them; empty at the end. Throws UserError for a quote that
  // is never closed, and if the file cannot be read to its end.
  std::vector<TableRow> next(std::int64_t max_rows) { return rows_->next(max_rows); }
  std::vector<std::string> remarks() const { return rows_->remarks(); }

 private:
  std::unique_ptr<const std::string> memory_;  // input that can be read only once, else null
  std::unique_ptr<RowSource> rows_;
};

// The whole table.
CsvTable read_whole(TableReader reader);

}  // namespace fragflow
