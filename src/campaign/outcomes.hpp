// What was predicted of compounds and what came out.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "src/campaign/hits.hpp"

namespace fragflow {

struct CompoundOutcome {
  double predicted = 0, deviation = 0;  // of a new measurement; NaN: nothing was predicted
  double measured = 0;
};

// {"measured": how many, "predicted_mean", "measured_mean", "bias" (measured - predicted), "rmse",
// "within_1", "within_2" (shares of errors within 1 and 1.96 deviations: 0.68 and 0.95 of a model
// that knows its errors), "spearman", "expected_hits" (by the model), "best"}. null for what cannot
// be told: of no outcome nothing, of one no rank correlation, without predictions only what was
// measured.
nlohmann::ordered_json outcome_figures(std::span<const CompoundOutcome> outcomes,
                                       const HitRule& rule);

}  // namespace fragflow
