// A value as people write it into a cell: "> 10", "12 nM", "95.5 ± 9.5", "12 +/- 1 uM (n=3)".
#pragma once

#include <string_view>

#include "src/chem/activity_units.hpp"

namespace fragflow {

struct ActivityCell {
  Relation relation = Relation::kEqual;
  std::string_view number;  // the text to be read as a number; all of it if no part is one
  std::string_view unit;    // behind the number; "" if there is none
};

// Views into text. What stands behind a plus-minus sign is an error and is left out.
ActivityCell split_cell(std::string_view text);

// True if the number is one with a decimal point or comma.
bool holds_number(const ActivityCell& cell);

}  // namespace fragflow
