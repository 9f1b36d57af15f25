// Files embedded in the program (see CMakeLists.txt), so that a report is self-contained.
#pragma once

#include <string_view>

namespace fragflow {

std::string_view chart_js();    // Chart.js, MIT licence, from the package libjs-chart.js
std::string_view report_css();  // assets/report.css, dark.css
std::string_view report_js();   // assets/report.js
// The section of candidates: assets/candidates
std::string_view candidates_html();
std::string_view candidates_css();
std::string_view candidates_js();  // a module
// Poses in a receptor: assets/poses.css, poses.js (a module)
std::string_view poses_css();
std::string_view poses_js();
// The page of a run in progress: assets/watch
std::string_view watch_css();
std::string_view watch_js();

}  // namespace fragflow
