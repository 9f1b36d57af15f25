// Reads molecules from any file supported by src/chem/table_reader.hpp, block by block, so that
// files of any length are supported.
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
  std::string smiles;  // for `standardise`: without a trailing name or extension; or a molblock
  std::string text;  // what the file says, on one line, where that is something else; for messages
  std::string name;  // the rest of a line of .smi, or from the name column of a table
  double value = std::numeric_limits<double>::quiet_NaN();  // of the value column
  std::size_t row = 0;   // 1-based, not counting header, blank lines and comments
  std::size_t line = 0;  // 1-based, of the file

  const std::string& written() const { return text.empty() ? smiles : text; }
};

struct MoleculeColumns {
  std::string smiles;           // "": detected by name, as for every command
  std::string value;            // "": none
  std::string name = "name";    // read if it exists, in any case
  bool value_required = false;  // false: a missing value column is not an error
};

class MoleculeFile {
 public:
  // Throws UserError if the file is missing, empty or not a file of molecules, or lacks a column
  // (naming the existing ones). Skipped and converted input is logged.
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
  std::deque<TableRow> ahead_;  // read ahead to find the columns
  std::size_t smiles_ = 0;
  std::optional<std::size_t> value_, name_;
  std::size_t rows_read_ = 0, remarks_logged_ = 0;
};

}  // namespace fragflow
