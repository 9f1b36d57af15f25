// Delimited text with a header, as commonly exported: finds the header below titles, comments and
// column groups, appends units below it to the names, and marks rows that are too long.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "src/base/csv_records.hpp"
#include "src/chem/line_feed.hpp"
#include "src/chem/long_rows.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {

class DelimitedRows : public RowSource {
 public:
  // smiles_column: "" or a name that the header has.
  DelimitedRows(LineFeed feed, std::string smiles_column);

  const std::vector<std::string>& header() const override { return header_; }
  std::vector<TableRow> next(std::int64_t max_rows) override;
  std::vector<std::string> remarks() const override;
  char delimiter() const override { return delimiter_; }

 private:
  struct Record {
    std::vector<std::string> fields;
    std::size_t line = 0;  // 1-based, of its start
  };

  void read_header();
  void name_columns_without_header(const Record& first, std::size_t structure);
  void read_rows_below_header();
  void learn_shapes();
  bool is_unit_row(const Record& record) const;
  void join_units(const Record& units);

  // The record after `index` further non-blank ones; null if the file ends before.
  const Record* peek(std::size_t index);
  std::optional<Record> next_record();
  bool read_record(Record& record);
  TableRow row_of(Record record);

  LineFeed feed_;
  std::string smiles_column_;
  char delimiter_ = ',';
  std::vector<std::string> header_;
  ColumnShapes shapes_{0};
  std::deque<Record> ahead_;
  std::string text_;                   // of the records being read
  std::optional<CsvRecords> records_;  // views text_
  std::vector<std::string> remarks_;
  std::size_t comments_ = 0, long_rows_ = 0, first_long_line_ = 0;
};

}  // namespace fragflow
