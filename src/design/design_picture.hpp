// Plots of activities against each other, for the report of a design with an objective.
#pragma once

#include <filesystem>

#include "src/design/design_targets.hpp"
#include "src/design/shortlist.hpp"
#include "src/report/report.hpp"

namespace fragflow {

// Adds, for every two targets, up to kMostPlanes pairs, the known compounds (measured; predicted if
// one of the two values is missing), the best samples of the run and the shortlist in the plane of
// both; for every target both models' predictions for the shortlist and the known compounds; and
// its histogram of predictions.
void add_activities(const DesignObjective& objective, const Shortlist& list,
                    const std::filesystem::path& run, ReportData& report);

inline constexpr std::size_t kMostPlanes = 6;

}  // namespace fragflow
