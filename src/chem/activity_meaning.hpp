// Determines the meaning of a column's numbers from its name, its values and the options.
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
  std::string unit_row = "";       // the unit in a row below the header, if any
  bool has_unit_column = false;    // each value has a unit in another column
  bool has_unit_in_cells = false;  // most values are followed by a unit
};

struct ActivityMeaning {
  std::optional<ActivityUnit> unit;  // of every value
  // Each value is this logarithm (decades of ActivityUnit) of a concentration in the unit given for
  // it; 0: no logarithm.
  double decades = 0;
  bool is_percentage = false;  // or another amount without a scale
  std::string reason;          // readable: "the name of the column 'IC50 (nM)'"; "" without unit
};

// The only possible meaning. --units gives the unit of the values, or of the concentration if the
// name says that they are its logarithms and the values allow it. Throws UserError if several
// meanings are possible or none is, naming the option that resolves it.
ActivityMeaning find_meaning(const ActivityQuestion& question);

// The unit of one value from its unit column and the measured
// quantity: "nM" and "Log IC50" (type) are log10 nM. decades: see
// ActivityMeaning. Contradictions ("pIC50" in "nM") give Kind::kOther.
ActivityUnit unit_beside(std::string_view unit, std::string_view type, double decades);

// `unit`, or the one that follows the number (`own`, "" if none does). Without `has_scale` values
// are not converted, and a unit after a value is only a name.
ActivityUnit unit_with_own(const ActivityUnit& unit, std::string_view own, bool has_scale);

// "--units nM (then potencies of 4.7 to 8.2), ...": at most three units for which nearly all values
// are typical potencies; the most likely first. "" if there is none.
std::string fitting_units(std::span<const double> values);

// Throws UserError for texts that are classes ("active", "inactive") rather than numbers, and
// unless `numbers_wanted` also for numbers with only the values 0 and 1 (or two other integers).
void refuse_classes(std::span<const std::string_view> texts, std::span<const double> values,
                    bool numbers_wanted, const std::string& source, const std::string& column);

}  // namespace fragflow
