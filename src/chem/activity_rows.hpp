// Which rows of a table of activities are rows of compounds that are asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/csv.hpp"
#include "src/chem/activity_columns.hpp"

namespace fragflow {

struct KeptRows {
  std::vector<std::int64_t> numbers;  // in the file, 1-based, of the rows that are left
  std::int64_t filtered = 0;          // left out by `where`
  std::string unit_row;               // the unit that a row under the header gives the activity; ""
  std::string note;                   // for people: what stood under the header; "" if nothing did
};

// Takes out of csv the rows right under the header that describe columns and hold no structure
// (PubChem's RESULT_TYPE and its kin, a row of units), then those that do not have what `where`
// asks for ("Column=value"). Throws UserError for a condition that is none, a column that is not
// there, and if no row is left.
KeptRows keep_rows(CsvTable& csv, const ActivityColumnPlaces& places,
                   const std::vector<std::string>& where, const std::string& source);

}  // namespace fragflow
