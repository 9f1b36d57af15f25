// Reads a table of measured activities as exported in practice (ChEMBL, BindingDB, spreadsheets):
// returns one row per distinct molecule, and every rejected row with its reason.
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
  // "none": values are not converted; or a unit for all values not followed by one ("nM", "uM",
  // "mM", "M", "pM", "ug/mL", "p", "log nM"). If the column's name says that it is a logarithm,
  // this is the unit of the concentration.
  std::string units = "auto";
  // Which values of the column as written are better, "higher" or "lower"; "auto": higher p-units,
  // lower concentrations; "none": not needed, higher values of Molecule count as better.
  std::string direction = "auto";
  std::string decimal = "auto";    // decimal mark: "point", "comma" or "auto"
  std::vector<std::string> where;  // "Column=value": only these rows
};

struct ActivityTable {
  struct Molecule {
    std::string smiles;              // canonical, standardised, distinct
    std::string scaffold;            // Bemis-Murcko; "" for molecules without rings
    std::string name;                // of the first row that has one
    double value = 0;                // median of its measurements: in p-units, or as in the column
    double lowest = 0, highest = 0;  // measurement
    std::vector<std::int64_t> rows;  // 1-based data rows, in order; one per measurement
    std::vector<double> values;      // of the rows
  };
  // A bound on the value of a compound without a
  // measurement. A compound may have one on each side.
  struct Bound {
    std::string smiles, scaffold, name;  // as in Molecule; `smiles` occurs in no Molecule
    double limit = 0;                    // in the unit of Molecule::value: the tightest of its rows
    bool above = false;                  // the value is above the limit; else below
    std::vector<std::int64_t> rows;      // 1-based data rows, in order
  };
  struct Rejected {
    std::int64_t row = 0;  // 1-based data row (the header is not counted)
    std::size_t line = 0;  // 1-based line of the file
    // structure, value, unit, flagged, fields; censored: a bound that cannot be used
    std::string kind;
    std::string text;  // the text in the file
    std::string reason;
  };

  ActivityColumns columns;           // as found; "#4 pIC50" if a name occurs twice
  std::vector<std::string> remarks;  // readable notes on what was detected and skipped in the file
  std::vector<std::string> notes;    // readable reasons of choices not made by name alone
  char delimiter = ',', decimal = '.';
  bool in_potency = false;       // values are p-units
  std::string unit;              // as read: "p", "nM" or "nM, uM", "log10 nM"; another text; ""
  std::string unit_source;       // readable source: "the column's name", "--units", ...
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
  std::int64_t num_merged() const;             // rows merged into the row of the same molecule
  std::int64_t num_bound_rows() const;         // rows with a bound in `bounds`
  std::int64_t num_bounded_molecules() const;  // distinct molecules of `bounds`
  // Molecules whose measurements differ by more than `spread`, by descending difference.
  std::vector<std::int64_t> conflicts(double spread) const;
};

// Mass concentrations ("ug/mL") are converted by the average molar mass of the compound as weighed:
// the neutral parent, or all parts of the row's structure if there are several (a salt, water).
//
// Bounds (">10000", or given by a relation column) are not measurements. Bounds of measured
// compounds are dropped, the others are in `bounds`, in the unit of the values and inverted with
// them: IC50 > 10000 nM is a pIC50 below 5. If the activity is a column of p-units that is blank
// for bounds (ChEMBL's pChEMBL Value), the underlying concentration is read. Values that ChEMBL
// flags as doubtful are dropped. Throws UserError for a missing column, for undetermined units,
// direction or decimal marks (naming the option that sets them), and if most values of a column of
// p-units are impossible. The table may hold no molecule.
ActivityTable read_activity_table(const std::filesystem::path& path,
                                  const ActivityOptions& options);
// The same for text in memory; source names it in messages.
ActivityTable parse_activity_table(std::string_view text, const std::string& source,
                                   const ActivityOptions& options);
// The same for a table whose cells have been read.
ActivityTable activity_table_of(CsvTable cells, const std::string& source,
                                const ActivityOptions& options);

}  // namespace fragflow
