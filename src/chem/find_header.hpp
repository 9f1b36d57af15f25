// Where the header of a delimited table is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

struct HeaderPlace {
  char delimiter = ',';
  std::size_t records_above = 0;  // that are not blank (nor Excel's "sep=;" line)
  bool is_comment = false;        // the header starts with #
  // There is no header; this column holds structures.
  std::optional<std::size_t> structure_without_header;
};

// From the first lines of a file. The header is the first of the first records with a column called
// `smiles_column` or, if that is "", with the surest name of structures
// (chem/structure_column.hpp); the first record that is no comment if no record has one, unless its
// cells are structures like those below it. The delimiter is the one that an Excel line "sep=;"
// names, else the one that finds the header and splits what follows best.
HeaderPlace find_header(std::string_view sample, const std::string& smiles_column);

// "nM", "%", "ug/mL": what stands below the names of columns.
bool is_unit_word(std::string_view text);

// Whether the cells of a row are empty or units, with or without brackets, at least one of them a
// unit.
bool holds_units_only(const std::vector<std::string>& fields);

}  // namespace fragflow
