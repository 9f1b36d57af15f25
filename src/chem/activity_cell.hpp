// A value as written in a table cell: "> 10", "12 nM", "95.5 ± 9.5", "12 +/- 1 uM (n=3)".
#pragma once

#include <string_view>

#include "src/chem/activity_units.hpp"

namespace fragflow {

struct ActivityCell {
  Relation relation = Relation::kEqual;
  std::string_view number;  // the part to be parsed as a number; all of the text if no part is
  std::string_view unit;    // follows the number; "" if there is none
};

// Views into text. What follows a plus-minus sign is an error bar and is dropped.
ActivityCell split_cell(std::string_view text);

// True if the number has a decimal point or comma.
bool holds_number(const ActivityCell& cell);

}  // namespace fragflow
