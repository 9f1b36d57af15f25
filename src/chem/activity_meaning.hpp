// What the numbers of a column mean, from its name, its values and what the user says.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "src/chem/activity_name.hpp"
#include "src/chem/activity_units.hpp"

namespace fragflow {

struct ActivityQuestion {
  std::string source, column;      // for messages: the file, the column's name
  std::string units = "auto";      // --units
  std::span<const double> values;  // the numbers that could be read, as written
  std::string unit_row = "";       // the unit that a row under the header gives; "" without one
  bool has_unit_column = false;    // each value has its unit beside it
  bool has_unit_in_cells = false;  // most values have it behind the number
};

struct ActivityMeaning {
  std::optional<ActivityUnit> unit;  // of every value
  // Each value is this logarithm (decades of ActivityUnit) of a concentration in the unit that
  // stands beside it; 0: no logarithm.
  double decades = 0;
  bool is_percentage = false;  // or another amount without a scale
  std::string reason;          // for people: "the name of the column 'IC50 (nM)'"; "" without unit
};

// The one reading. --units says the unit of the values; of the concentration where the name says
// that they are logarithms of one and the values can be. Throws UserError where several readings
// are possible or none is, naming the option that settles it.
ActivityMeaning find_meaning(const ActivityQuestion& question);

// The unit of one value from its column of units together with what was measured: "nM" and "Log
// IC50" (type) are log10 nM. decades: ActivityMeaning. What contradicts itself ("pIC50" in "nM") is
// Kind::kOther.
ActivityUnit unit_beside(std::string_view unit, std::string_view type, double decades);

// `unit`, or the one that stands behind the number (`own`, "" if none does). Without `has_scale`
// the values are taken as they stand, and a unit behind one is only a name.
ActivityUnit unit_with_own(const ActivityUnit& unit, std::string_view own, bool has_scale);

// "--units nM (then potencies of 4.7 to 8.2), ...": the readings, at most three, under which nearly
// all values are potencies of usual size; the likeliest first. "" if there is none.
std::string fitting_units(std::span<const double> values);

// Throws UserError for texts that are classes ("active", "inactive") rather than numbers, and
// unless `numbers_wanted` for numbers that are only 0 and 1 (or another two whole numbers).
void refuse_classes(std::span<const std::string_view> texts, std::span<const double> values,
                    bool numbers_wanted, const std::string& source, const std::string& column);

}  // namespace fragflow
