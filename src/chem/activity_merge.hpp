// Merges rows of measurements into compounds with a value or a bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/text.hpp"
#include "src/chem/activity_cell.hpp"
#include "src/chem/activity_table.hpp"
#include "src/chem/activity_units.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {

// One row of a table during processing: in use until it is rejected.
struct ActivityRow {
  std::string kind, text, reason;        // reasons for rejection; kind "": in use
  Relation relation = Relation::kEqual;  // a bound, or kEqual
  bool of_concentration = false;         // taken from the concentration of a p-unit
  ActivityCell cell;                     // views into the table
  double value = 0;                      // the training value, once the scale is known
  ActivityUnit unit;                     // of the value as written
  Standardised molecule;
  double molar_mass = 0;  // of the compound as weighed; only set for units of mass
  std::string scaffold;
  std::int64_t number = 0;  // of the data row, from 1
  std::size_t line = 0;     // of the file, from 1
  std::string name;         // of the compound
  std::string written;      // of a bound: relation and number as in the table

  void reject(std::string why_kind, std::string_view what, std::string why) {
    kind = is_bound(relation) && why_kind != "structure" ? "censored" : std::move(why_kind);
    text = trim(what);
    reason = std::move(why);
  }
  bool in_use() const { return kind.empty(); }
  bool is_measured() const { return in_use() && !is_bound(relation); }
};

// Fills molecules, bounds, counts and rejected of `table`, in the order of the rows. The value of a
// compound is the median of its measurements. A compound without any keeps the tightest bound on
// each side; the bound of a measured compound is rejected, with a reason that says so if the two
// contradict each other.
void merge_rows(std::vector<ActivityRow>& rows, ActivityTable& table);

}  // namespace fragflow
