// Lists of SMILES (.smi): a structure and a name on each line.
#pragma once

#include <string>
#include <vector>

#include "src/chem/line_feed.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {

// The SMILES is the first word of a line, the rest is the name; a CXSMILES extension between them
// is dropped. If only the second words are SMILES, those are used and the first ones are the names.
// Blank lines, lines that start with # and a first line of column names are skipped.
class ListRows : public RowSource {
 public:
  explicit ListRows(LineFeed feed);

  const std::vector<std::string>& header() const override { return header_; }
  std::vector<TableRow> next(std::int64_t max_rows) override;
  std::vector<std::string> remarks() const override;
  char delimiter() const override { return ' '; }

 private:
  void skip_header();
  void find_order();

  LineFeed feed_;
  std::vector<std::string> header_ = {"smiles", "name"};
  bool names_first_ = false;
  std::vector<std::string> remarks_;
};

}  // namespace fragflow
