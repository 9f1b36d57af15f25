// Compares predictions for compounds with their measured outcomes.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "src/campaign/hits.hpp"

namespace fragflow {

struct CompoundOutcome {
  double predicted = 0, deviation = 0;  // of a new measurement; NaN: no prediction
  double measured = 0;
};

// NaN if undefined: everything without outcomes, the rank correlation with a single one; without
// predictions all except the measured figures.
struct OutcomeFigures {
  std::int64_t measured = 0;
  double predicted_mean = NAN, measured_mean = NAN;
  double bias = NAN;  // measured - predicted
  double rmse = NAN;
  // Fractions of errors within 1 and 1.96 deviations:
  // 0.68 and 0.95 for a well calibrated model.
  double within_1 = NAN, within_2 = NAN;
  double spearman = NAN;
  double expected_hits = NAN;  // according to the model
  double best = NAN;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("measured", measured);
    visit.fact("predicted_mean", predicted_mean);
    visit.fact("measured_mean", measured_mean);
    visit.fact("bias", bias);
    visit.fact("rmse", rmse);
    visit.fact("within_1", within_1);
    visit.fact("within_2", within_2);
    visit.fact("spearman", spearman);
    visit.fact("expected_hits", expected_hits);
    visit.fact("best", best);
  }
};
OutcomeFigures outcome_figures(std::span<const CompoundOutcome> outcomes, const HitRule& rule);

}  // namespace fragflow
