// Molecules from files of any kind that src/chem/table_reader.hpp knows, a block at a time, so that
// a file of any length can be read.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "src/chem/table_reader.hpp"

namespace fragflow {

struct MoleculeRow {
  std::string smiles;  // for `standardise`: without a name or extension behind it; or a molblock
  std::string text;  // what the file says, on one line, where that is something else; for messages
  std::string name;  // the rest of a line of .smi; of the name column of a table
  double value = std::numeric_limits<double>::quiet_NaN();  // of the value column
  std::size_t row = 0;   // 1-based; header, blank lines and comments are no rows
  std::size_t line = 0;  // 1-based, of the file

  const std::string& written() const { return text.empty() ? smiles : text; }
};

struct MoleculeColumns {
  std::string smiles;           // "": found by its name, as for every command
  std::string value;            // "": none
  std::string name = "name";    // read where it is there, in any case
  bool value_required = false;  // false: a missing value column is not an error
};

class MoleculeFile {
 public:
  // Throws UserError if the file is missing, empty or no file of molecules, or lacks a column
  // (naming those it has). What was skipped or converted is logged.
  MoleculeFile(std::filesystem::path path, MoleculeColumns columns);

  // Whether values are read (there is a value column).
  bool has_value() const { return value_.has_value(); }

  // The next rows, at most max_rows of them; empty at the end of the file.
  std::vector<MoleculeRow> next(std::int64_t max_rows);

 private:
  void find_columns(const MoleculeColumns& columns);
  MoleculeRow molecule_of(const TableRow& row);
  void log_remarks();

  std::string source_;
  TableReader reader_;
  std::deque<TableRow> ahead_;  // read to find the columns
  std::size_t smiles_ = 0;
  std::optional<std::size_t> value_, name_;
  std::size_t rows_read_ = 0, remarks_logged_ = 0;
};

}  // namespace fragflow
