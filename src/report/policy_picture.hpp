// A policy on a two-dimensional grid as an SVG element: where it stops and where it moves.
#pragma once

#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// A square per cell, darker for a higher probability of stopping, with two arrows whose length is
// the probability of a step: down for the first coordinate, right for the second (the axes of the
// heat maps). Cells whose three probabilities are all 0 (unreachable) stay empty.
std::string render_policy_picture(const PolicyPicture& picture);

}  // namespace fragflow
