// Which columns of a table hold what, by the names that ChEMBL, BindingDB and people use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/csv.hpp"

namespace fragflow {

// Names of columns; "" where there is none.
struct ActivityColumns {
  std::string smiles, target;
  std::string relation;  // "=", ">", "<" of each value
  std::string unit;      // of each value
  std::string type;      // "IC50", "Ki": what was measured
  std::string name;      // of the compound
  std::string comment;   // ChEMBL's doubts about the value ("Outside typical range")
  std::string assayed;   // what the compounds were tested on
};

// Fills in what `given` leaves empty. smiles: "smiles", "Canonical SMILES", "Ligand SMILES", ...;
// target: "pChEMBL Value", else pIC50 and its kin, else "Standard Value", else IC50, Ki and their
// kin, else "activity" or "value". Throws UserError, naming source and the columns there are, for a
// given column that is missing, for no or several candidates for smiles or target.
ActivityColumns find_activity_columns(const CsvTable& table, ActivityColumns given,
                                      const std::string& source);

// The column of structures alone; `given` as above.
std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source);

}  // namespace fragflow
