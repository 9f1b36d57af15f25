// Locates the header of a delimited table.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

struct HeaderPlace {
  char delimiter = ',';
  std::size_t records_above = 0;  // non-blank ones (without Excel's "sep=;" line)
  bool is_comment = false;        // the header starts with #
  // Set if there is no header: the column that holds structures.
  std::optional<std::size_t> structure_without_header;
};

// From the first lines of a file. The header is the first record with a column named
// `smiles_column` or, if that is "", with the most certain name of structures
// (chem/structure_column.hpp); if no record has one, the first that is not a comment, unless its
// cells are structures like those below it. The delimiter is the one named by an Excel line
// "sep=;", else the one that finds the header and splits the following lines best.
HeaderPlace find_header(std::string_view sample, const std::string& smiles_column);

// "nM", "%", "ug/mL": a unit as found below column names.
bool is_unit_word(std::string_view text);

// Whether the cells of a row are empty or units, with or without brackets, at least one of them a
// unit.
bool holds_units_only(const std::vector<std::string>& fields);

}  // namespace fragflow
