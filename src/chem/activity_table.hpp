// A table of measured activities as people have them (ChEMBL and BindingDB exports, spreadsheets):
// one row for each distinct molecule in the end, every row that was left out with its reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/chem/activity_columns.hpp"
#include "src/chem/activity_units.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {

struct ActivityOptions {
  ActivityColumns columns;  // "": found by name and content
  // "auto": from the name of the column, else from the unit column (src/chem/activity_meaning.hpp);
  // "none": values as they stand; or a unit of all values that have none behind them ("nM", "uM",
  // "mM", "M", "pM", "ug/mL", "p", "log nM"). Of a column that is a logarithm by its name it is the
  // unit of the concentration.
  std::string units = "auto";
  // What is better in the column as written, "higher" or "lower"; "auto": higher p-units, lower
  // concentrations; "none": nobody asks, and higher values of Molecule count as better.
  std::string direction = "auto";
  std::string decimal = "auto";    // decimal mark: "point", "comma" or found
  std::vector<std::string> where;  // "Column=value": only these rows
};

struct ActivityTable {
  struct Molecule {
    std::string smiles;              // canonical, standardised, distinct
    std::string scaffold;            // Bemis-Murcko; "" for molecules without rings
    std::string name;                // the first row's that has one
    double value = 0;                // median of its measurements: p-units, or the column's own
    double lowest = 0, highest = 0;  // measurement
    std::vector<std::int64_t> rows;  // 1-based data rows, in order; one per measurement
    std::vector<double> values;      // of the rows
  };
  // What a compound without a measurement is known by: that its value is above or below a limit. A
  // compound may have one of either kind.
  struct Bound {
    std::string smiles, scaffold, name;  // as of a Molecule; `smiles` is none of theirs
    double limit = 0;                    // in the unit of Molecule::value: the tightest of its rows
    bool above = false;                  // the value is above the limit; else below
    std::vector<std::int64_t> rows;      // 1-based data rows, in order
  };
  struct Rejected {
    std::int64_t row = 0;  // 1-based data row (the header is not counted)
    std::size_t line = 0;  // 1-based line of the file
    // structure, value, unit, flagged, fields; censored: a bound that says nothing that can be used
    std::string kind;
    std::string text;  // what the file says there
    std::string reason;
  };

  ActivityColumns columns;           // as found; "#4 pIC50" where a name comes twice
  std::vector<std::string> remarks;  // what was found and left out in the file, for people
  std::vector<std::string> notes;    // what was decided by more than a name, for people
  char delimiter = ',', decimal = '.';
  bool in_potency = false;       // values are p-units
  std::string unit;              // as read: "p", "nM" or "nM, uM", "log10 nM"; another text; ""
  std::string unit_source;       // what said so, for people: "the column's name", "--units", ...
  bool higher_is_better = true;  // of Molecule::value
  std::string direction_source;

  std::vector<Molecule> molecules;                     // in order of their first row
  std::vector<Bound> bounds;                           // in order of their first row
  std::vector<Rejected> rejected;                      // in order of rows
  std::int64_t rows = 0;                               // of the file, blank lines not counted
  std::int64_t filtered = 0;                           // left out by `where`
  std::map<std::string, std::int64_t> types, assayed;  // measurements by what was measured, on what
  StandardiseCounts counts;

  std::int64_t size() const { return static_cast<std::int64_t>(molecules.size()); }
  std::int64_t num_rejected(const std::string& kind) const;
  std::int64_t num_merged() const;             // rows that joined the row of the same molecule
  std::int64_t num_bound_rows() const;         // behind `bounds`
  std::int64_t num_bounded_molecules() const;  // distinct molecules of `bounds`
  // Molecules whose measurements are more than `spread` apart, by falling spread.
  std::vector<std::int64_t> conflicts(double spread) const;
};

// Masses in a volume ("ug/mL") become molar by the average molar mass of the compound as weighed:
// the neutral parent, or where a row's structure has several parts (a salt, water) all of them.
//
// Bounds (">10000", or a relation column that says so) are no measurements. Those of compounds that
// have one are left out, the others are in `bounds`, in the unit of the values and turned round
// with them: IC50 > 10000 nM is a pIC50 below 5. Where the activity is a column of p-units that is
// blank for bounds (ChEMBL's pChEMBL Value), the concentration behind it is read. What ChEMBL
// doubts is left out. Throws UserError for a missing column, for units, direction or decimal marks
// that cannot be told (naming the option that says them), and if most values of a column of p-units
// can be none. The table may hold no molecule.
ActivityTable read_activity_table(const std::filesystem::path& path,
                                  const ActivityOptions& options);
// The same for text in memory; source names it in messages.
ActivityTable parse_activity_table(std::string_view text, const std::string& source,
                                   const ActivityOptions& options);
// The same of a table whose cells have been read.
ActivityTable activity_table_of(CsvTable cells, const std::string& source,
                                const ActivityOptions& options);

}  // namespace fragflow
