// Finds the columns that qualify the values of another one: relations (bounds) and units.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/chem/activity_columns.hpp"

namespace fragflow {

// The column with the relations of the activity, places.target. Candidates: columns
// named relation, qualifier, modifier, operator, prefix or similar of whose non-blank
// cells at least half are relations; and columns of any name that hold only relations,
// including a bound. Of these the one named after the activity ("IC50 Qualifier" for
// "IC50 (nM)"), else the one before it, else the one after it, else the only one that
// is not named after another column. notes gets the reason, unless the name alone
// decides. Throws UserError, naming --relation, if several are left that differ.
std::optional<std::size_t> find_relation_column(const CsvTable& table,
                                                const ActivityColumnPlaces& places,
                                                const std::string& source,
                                                std::vector<std::string>& notes);

// For a target in p-units by its name (pChEMBL Value, pIC50): fills in
// places.concentration, the column of the underlying concentrations ("Standard Value";
// else the one of the same quantity; else the only one in nM or uM), concentration_unit,
// and relation_of_concentration: whether relations refer to the concentrations, so that
// ">" is a lower p-unit. This holds if their name says so, or else if it fits the rows
// better: ChEMBL leaves the p-unit of a bound blank, and bounds lie at the limit of the
// assay, below the median p-unit. notes gets what the data decided.
void find_concentration(const CsvTable& table, ActivityColumnPlaces& places,
                        std::vector<std::string>& notes);

// The same as find_relation_column for units: columns named unit or units, and those that hold
// nothing but units.
std::optional<std::size_t> find_unit_column(const CsvTable& table,
                                            const ActivityColumnPlaces& places,
                                            const std::string& source,
                                            std::vector<std::string>& notes);

}  // namespace fragflow
