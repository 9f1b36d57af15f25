// Any file of molecules as a table of text cells: delimited text with a header, a list of SMILES,
// an SDF; each plain or packed with gzip, in UTF-8, UTF-16 or Windows-1252. A block at a time, so
// that a file of any length can be read.
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
  // How many of the first cells are surely those of their columns: all, but in a row with more
  // fields than the header.
  std::size_t certain = 0;
};

// One kind of file.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // Trimmed names, distinct or not, in order.
  virtual const std::vector<std::string>& header() const = 0;
  virtual std::vector<TableRow> next(std::int64_t max_rows) = 0;
  // What was found and left out so far, in sentences.
  virtual std::vector<std::string> remarks() const = 0;
  virtual char delimiter() const = 0;
};

class TableReader {
 public:
  // smiles_column: how the user calls the column of structures, "": by its name. It only helps to
  // find the header; whether there is such a column is for the caller to check. Throws UserError
  // if the file is missing, a folder, empty, or no file of molecules (saying what it is).
  TableReader(const std::filesystem::path& path, const std::string& smiles_column);
  // Of text in memory, which must stay.
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
  std::unique_ptr<const std::string> memory_;  // of what can be read only once, else null
  std::unique_ptr<RowSource> rows_;
};

// All of it.
CsvTable read_whole(TableReader reader);

}  // namespace fragflow
