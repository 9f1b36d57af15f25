// The candidates of a run with preferences in the plane of two components.
#pragma once

#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// An SVG element: a dot per candidate, coloured by the preference for the first component, and the
// boundary of the dominated area.
std::string render_front_picture(const FrontPicture& picture);

}  // namespace fragflow
