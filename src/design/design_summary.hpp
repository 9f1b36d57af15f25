// Describes the data, the model and the results of a design in words for a chemist.
#pragma once

#include <string>
#include <vector>

#include "src/design/design_facts.hpp"

namespace fragflow {

// Reasons not to trust the result: model, data, candidates, training; each with the measured value
// and a better one. The thresholds are in design_warnings.cpp and docs/shortlist.md.
std::vector<std::string> design_warnings(const DesignFacts& facts);

// Plain text of at most 100 columns: data, fragments, model, candidates, when not to trust it,
// files.
std::string design_summary(const DesignFacts& facts, const std::vector<std::string>& warnings,
                           const std::string& folder);

// Sentences for the report: common features of the best compounds, the second model's view.
std::vector<std::string> design_statements(const DesignFacts& facts);

// "About half of the variation between ...": the meaning of a scaffold cross-validation.
std::string quality_in_words(double r2, double rmse, bool in_potency);

}  // namespace fragflow
