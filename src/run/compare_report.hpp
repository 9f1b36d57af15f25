// The report of a comparison, made from the files of its finished runs.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/run/compare_config.hpp"

namespace fragflow {

// The figures of one run in the final table; NaN for figures that a method does not have.
using RunFigures = std::vector<std::pair<std::string, double>>;

// Figures of a finished run. For molecules, over the visited ones: reward_calls, top_1, top_10,
// top_100 (mean scores of the best distinct molecules), modes (at metrics.mode_score, in order of
// arrival), tanimoto_10 and tanimoto_100 (mean over pairs of the best), scaffolds (of the best
// 1,000), mean score of the last row. With metrics.exact also tv, jsd, l1_visited, l1_floor,
// modes_found and log_z_error.
RunFigures run_figures(const ComparedRun& run);

// Writes compare.json and report.html into the folder; returns the former: per method and figure
// the values by seed, their mean and standard deviation (n - 1; null for one seed).
nlohmann::ordered_json write_comparison(const CompareConfig& config,
                                        const std::vector<ComparedRun>& runs,
                                        const std::filesystem::path& folder,
                                        const std::string& command);

}  // namespace fragflow
