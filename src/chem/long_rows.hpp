// Rows with more fields than the header: determines which of their cells can be trusted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fragflow {

// The kinds of cells in each column, learned from rows of the header's length.
class ColumnShapes {
 public:
  explicit ColumnShapes(std::size_t columns) : counts_(columns) {}

  void add(const std::vector<std::string>& row);

  // How many of the first cells certainly belong to their columns. The surplus may follow the last
  // column (a second block of columns) or may come from a field that was split at delimiters. 0
  // unless the former fits every column that is numeric or empty; else the first column at which a
  // field may have been split such that all columns fit as well.
  std::size_t certain(const std::vector<std::string>& fields, char delimiter) const;

 private:
  struct Counts {
    std::size_t rows = 0, filled = 0, numbers = 0;
  };

  // Whether the cell is consistent with the column.
  bool fits(std::size_t column, const std::string& cell) const;
  bool fits_if_split(const std::vector<std::string>& fields, std::size_t column,
                     std::size_t surplus, char delimiter) const;

  std::vector<Counts> counts_;
};

}  // namespace fragflow
