// Structure-data files (SDF) of MDL, V2000 and V3000.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/base/text_lines.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {

struct SdfEntry {
  std::string title;                                        // the first line
  std::string molblock;                                     // with "M  END"
  std::vector<std::pair<std::string, std::string>> fields;  // in order; lines of a value by '\n'
  std::size_t line = 0;                                     // 1-based, of its start
};

// One record at a time.
class SdfEntries {
 public:
  explicit SdfEntries(TextLines lines) : lines_(std::move(lines)) {}

  // False at the end. Blank lines after the last record are ignored.
  bool next(SdfEntry& entry);
  const TextLines& text() const { return lines_; }

 private:
  TextLines lines_;
  std::size_t lines_read_ = 0;
};

// Columns: "SMILES" (the molblock itself if it has none, so that parsing it reports why), "Name" of
// the title lines if there are any, and every data field of any record.
class SdfRows : public RowSource {
 public:
  // The file is read twice: for the names of its fields, and for its rows. Throws UserError if it
  // has no records.
  explicit SdfRows(const std::function<TextLines()>& open);

  const std::vector<std::string>& header() const override { return header_; }
  std::vector<TableRow> next(std::int64_t max_rows) override;
  std::vector<std::string> remarks() const override;
  char delimiter() const override { return '\n'; }

 private:
  void find_columns(SdfEntries entries);

  SdfEntries entries_;
  std::vector<std::string> header_;
  std::unordered_map<std::string, std::size_t> column_of_field_;
  bool has_titles_ = false;
  std::size_t records_ = 0;
};

}  // namespace fragflow
