// Which columns of a table hold what, by the names that ChEMBL, BindingDB and people use, and by
// what is in them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/csv.hpp"

namespace fragflow {

// Names of columns, or their numbers ("#4", the first is #1); "" where there is none.
struct ActivityColumns {
  std::string smiles, target;
  std::string relation;  // "=", ">", "<" of each value
  std::string unit;      // of each value
  std::string type;      // "IC50", "Ki": what was measured
  std::string name;      // of the compound
  std::string comment;   // ChEMBL's doubts about the value ("Outside typical range")
  std::string assayed;   // what the compounds were tested on
};

// The same as places in a row.
struct ActivityColumnPlaces {
  std::size_t smiles = 0, target = 0;
  std::optional<std::size_t> relation, unit, type, name, comment, assayed;
  // Of a target in p-units: the concentrations that it is the -log10 of, and their units
  // (src/chem/activity_companions.hpp).
  std::optional<std::size_t> concentration, concentration_unit;
  bool relation_of_concentration = false;  // ">" of the relation column means a lower p-unit
};

struct FoundColumns {
  ActivityColumns names;  // as the header has them; with the number where a name comes twice
  ActivityColumnPlaces places;
  std::vector<std::string> notes;  // what was chosen by more than its name, and why; for people
};

// Fills in what `given` leaves empty. smiles: "smiles", "Canonical SMILES", "Ligand SMILES", ...,
// else the one column that RDKit can read. target: "pChEMBL Value", else pIC50 and its kin, else
// "Standard Value", else IC50, Ki and their kin, else another amount in nM or uM, else a
// percentage, else "activity", "value" or "y"; never an error or a count, and no column of texts
// where there is one of numbers. relation and unit: src/chem/activity_companions.hpp. Throws
// UserError, naming source and the columns there are, for a given column that is missing or comes
// twice, and for no or several candidates for smiles or target.
// needs_units: whether a column of units is looked for, where the target's name says none.
FoundColumns find_activity_columns(const CsvTable& table, const ActivityColumns& given,
                                   const std::string& source, bool needs_units = true);

// The column of structures alone; `given` as above.
std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source);

// The column of this name, or of this number where no column is called "#4". option ("--target")
// is for messages. Of several with the name and the same content the first.
std::size_t choose_column(const CsvTable& table, const std::string& wanted,
                          const std::string& option, const std::string& source);

// Lower case, letters and digits only: "Standard Value" and "standard_value" are one name.
std::string key_of_name(std::string_view name);

// "activity", "value", "y" and the like, which say nothing of a unit.
bool is_general_activity_name(const std::string& name);

// 'pIC50', or 'pIC50' (#4) if other columns have the name too.
std::string quoted_column(const CsvTable& table, std::size_t column);

// True if all rows of the two columns hold the same.
bool same_content(const CsvTable& table, std::size_t a, std::size_t b);

// The column of structures alone; `given` as above.
std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source);

}  // namespace fragflow
