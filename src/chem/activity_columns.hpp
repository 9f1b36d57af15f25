// Detects the roles of a table's columns, by the names used by ChEMBL, BindingDB and in practice,
// and by their contents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/csv.hpp"

namespace fragflow {

// Names of columns, or their numbers ("#4", the first is #1); "" for missing columns.
struct ActivityColumns {
  std::string smiles, target;
  std::string relation;  // "=", ">", "<" of each value
  std::string unit;      // of each value
  std::string type;      // "IC50", "Ki": what was measured
  std::string name;      // of the compound
  std::string comment;   // ChEMBL's remarks on doubtful values ("Outside typical range")
  std::string assayed;   // what the compounds were tested on
};

// The same as column indices.
struct ActivityColumnPlaces {
  std::size_t smiles = 0, target = 0;
  std::optional<std::size_t> relation, unit, type, name, comment, assayed;
  // For a target in p-units: the concentrations of which it is the -log10, and their units
  // (src/chem/activity_companions.hpp).
  std::optional<std::size_t> concentration, concentration_unit;
  bool relation_of_concentration = false;  // ">" in the relation column means a lower p-unit
};

struct FoundColumns {
  ActivityColumns names;  // as in the header; with the number if a name occurs twice
  ActivityColumnPlaces places;
  std::vector<std::string> notes;  // readable reasons of choices not made by name alone
};

// Fills in what is empty in `given`. smiles: "smiles", "Canonical SMILES", "Ligand SMILES", ...,
// else the only column that RDKit can read. target: "pChEMBL Value", else pIC50 and similar, else
// "Standard Value", else IC50, Ki and similar, else another amount in nM or uM, else a percentage,
// else "activity", "value" or "y"; never an error or a count, and no text column if there is a
// numeric one. relation and unit: src/chem/activity_companions.hpp. Throws UserError, naming source
// and the existing columns, for a given column that is missing or occurs twice, and if there are no
// or several candidates for smiles or target. needs_units: whether to look for a column of units if
// the target's name gives none.
FoundColumns find_activity_columns(const CsvTable& table, const ActivityColumns& given,
                                   const std::string& source, bool needs_units = true);

// Only the column of structures; `given` as above.
std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source);

// The column of this name, or of this number if no column is named "#4". option ("--target") is for
// messages. Of several columns with this name and the same content, the first.
std::size_t choose_column(const CsvTable& table, const std::string& wanted,
                          const std::string& option, const std::string& source);

// Lower case, letters and digits only: "Standard Value" and "standard_value" become equal.
std::string key_of_name(std::string_view name);

// "activity", "value", "y" and similar names, which imply no unit.
bool is_general_activity_name(const std::string& name);

// 'pIC50', or 'pIC50' (#4) if other columns have the same name.
std::string quoted_column(const CsvTable& table, std::size_t column);

// True if the two columns have the same content in all rows.
bool same_content(const CsvTable& table, std::size_t a, std::size_t b);

// Only the column of structures; `given` as above.
std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source);

}  // namespace fragflow
