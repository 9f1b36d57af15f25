// A matrix as an SVG element with a colour bar.
#pragma once

#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// Cells coloured along map.scale or from the smallest to the largest value (diverging: from -m to
// m, m the largest magnitude). Non-finite cells are grey. Meant for at most a few hundred rows and
// columns.
std::string render_heat_map(const HeatMap& map);

}  // namespace fragflow
