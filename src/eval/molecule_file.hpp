// Molecules from .csv and .smi files, a block at a time, so that a file of any length can be read.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace fragflow {

struct MoleculeRow {
  std::string smiles;                                       // as written in the file
  std::string name;                                         // second column of .smi; "" for .csv
  double value = std::numeric_limits<double>::quiet_NaN();  // of the value column
  std::size_t row = 0;   // 1-based; header, blank lines and comments are no rows
  std::size_t line = 0;  // 1-based, of the file
};

struct MoleculeColumns {
  std::string smiles;           // "": a column called smiles in any case
  std::string value;            // "": none
  std::string name = "name";    // read where it is there
  bool value_required = false;  // false: a missing value column is not an error
};

// .smi and .txt: the SMILES is the first word of a line, the rest is the name; blank lines and
// lines that start with # are skipped. Anything else is a delimited table with a header (see
// base/csv.hpp).
class MoleculeFile {
 public:
  // Throws UserError if the file is missing or empty or lacks a column (naming those it has).
  MoleculeFile(std::filesystem::path path, MoleculeColumns columns);

  // Whether values are read (there is a value column).
  bool has_value() const { return has_value_; }
  // "" for .smi.
  const std::string& smiles_column() const { return columns_.smiles; }

  // The next rows, at most max_rows of them; empty at the end of the file.
  std::vector<MoleculeRow> next(std::int64_t max_rows);

 private:
  void read_header();
  bool is_at_end();
  // False at the end. Throws UserError if the file cannot be read to there.
  bool read_line(std::string& line);
  // Appends one record (several lines if it holds quoted line breaks). False at the end.
  bool append_record(std::string& text);
  // The same from the file, past what was read ahead.
  bool read_record(std::string& text, std::size_t& lines);
  std::vector<MoleculeRow> next_of_table(std::int64_t max_rows);
  std::vector<MoleculeRow> next_of_list(std::int64_t max_rows);

  std::filesystem::path path_;
  MoleculeColumns columns_;
  std::ifstream in_;
  bool is_table_ = false, has_value_ = false;
  char delimiter_ = ',';
  std::deque<std::pair<std::string, std::size_t>> ahead_;  // records read ahead, and their lines
  std::string header_;                                     // with its line end
  std::size_t header_lines_ = 0;                           // lines of header_
  std::size_t lines_read_ = 0, rows_read_ = 0;
};

}  // namespace fragflow
