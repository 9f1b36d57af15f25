// The columns that belong to the values of another: their relations (bounds) and their units.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/chem/activity_columns.hpp"

namespace fragflow {

// The column with the relations of the activity, of places.target. Candidates: columns called
// relation, qualifier, modifier, operator, prefix or the like of which at least half the cells
// that are not blank are relations; and columns under any name that hold only relations, with a
// bound among them. Of these the one with the name of the activity ("IC50 Qualifier" of "IC50
// (nM)"), else the one before it, else the one behind it, else the only one that has the name of no
// other column. notes gets why, unless the name alone says it. Throws UserError, naming --relation,
// where several are left that do not agree.
std::optional<std::size_t> find_relation_column(const CsvTable& table,
                                                const ActivityColumnPlaces& places,
                                                const std::string& source,
                                                std::vector<std::string>& notes);

// Of a target in p-units by its name (pChEMBL Value, pIC50): fills in places.concentration, the
// column of the concentrations behind it ("Standard Value"; else the one of the same quantity; else
// the only one in nM or uM), concentration_unit, and relation_of_concentration: whether the
// relations are those of the concentrations, so that ">" is a lower p-unit. That is so if their
// name says it, and else if they suit the rows better: ChEMBL leaves the p-unit of a bound blank,
// and bounds stand at the end where the assay stops, below the median p-unit. notes gets what the
// data decided.
void find_concentration(const CsvTable& table, ActivityColumnPlaces& places,
                        std::vector<std::string>& notes);

// The same as find_relation_column for units: columns called unit or units, and those that hold
// nothing but units.
std::optional<std::size_t> find_unit_column(const CsvTable& table,
                                            const ActivityColumnPlaces& places,
                                            const std::string& source,
                                            std::vector<std::string>& notes);

}  // namespace fragflow
