// Files built into the program (see CMakeLists.txt), so that a report needs nothing beside it.
#pragma once

#include <string_view>

namespace fragflow {

std::string_view chart_js();    // Chart.js, MIT licence, from the package libjs-chart.js
std::string_view report_css();  // assets/report.css
std::string_view report_js();   // assets/report.js

}  // namespace fragflow
