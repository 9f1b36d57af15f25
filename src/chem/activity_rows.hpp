// Selects the rows of an activity table that are compounds and match the filters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/csv.hpp"
#include "src/chem/activity_columns.hpp"

namespace fragflow {

struct KeptRows {
  std::vector<std::int64_t> numbers;  // row numbers in the file, 1-based, of the remaining rows
  std::int64_t filtered = 0;          // removed by `where`
  std::string unit_row;               // unit of the activity in a row below the header; ""
  std::string note;                   // readable: what was below the header; "" if nothing
};

// Removes rows directly below the header that describe columns and hold
// no structure (such as PubChem's RESULT_TYPE, or a row of units), then
// those that do not match `where` ("Column=value"). Throws UserError
// for an invalid condition or a missing column, and if no row is left.
KeptRows keep_rows(CsvTable& csv, const ActivityColumnPlaces& places,
                   const std::vector<std::string>& where, const std::string& source);

}  // namespace fragflow
