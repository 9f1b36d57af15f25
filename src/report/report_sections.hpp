// The sections of the report page, each an HTML string ("" if there is nothing to show).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// Title, warnings and notes.
std::string render_header(const ReportData& data);
// The key figures.
std::string render_summary(const ReportData& data);
// A sticky list of links to the existing sections.
std::string render_navigation(const ReportData& data);
std::string render_stages(const ReportData& data);
std::string render_curves(const ReportData& data);
std::string render_heat_maps(const ReportData& data);
std::string render_policy_pictures(const ReportData& data);
std::string render_scatters(const ReportData& data);
std::string render_fronts(const ReportData& data);
std::string render_molecules(const ReportData& data);
std::string render_routes(const ReportData& data);
std::string render_quality(const ReportData& data);
std::string render_second_opinion(const ReportData& data);
std::string render_histograms(const ReportData& data);
std::string render_evaluation(const ReportData& data);
// Statements, versions and seeds, effective config.
std::string render_provenance(const ReportData& data);

// Data of the charts drawn by the page's script: {"charts": [{"id", "kind", ...}]}. Identifiers
// match the canvases written by the sections above.
nlohmann::json chart_data(const ReportData& data);

}  // namespace fragflow
