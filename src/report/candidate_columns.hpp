// The columns of the table of candidates, for sorting and filtering.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "src/eval/properties.hpp"
#include "src/report/candidates.hpp"

namespace fragflow {

// [{"key", "label", "digits" (after the point), "help", "shown" (in the table from the start)}]
nlohmann::json column_descriptions(const CandidateList& list);

// One number per column, in that order; NaN for missing values.
nlohmann::json column_values(const CandidateList& list, std::size_t index,
                             const MoleculeProperties& properties);

}  // namespace fragflow
