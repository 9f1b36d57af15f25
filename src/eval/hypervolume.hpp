// How much of objective space a set of candidates covers.
#pragma once

#include <vector>

namespace fragflow {

// Points of equal dimension (at least 1), of which more is better in every coordinate. Those that
// no other point equals or exceeds everywhere, each value once, in order of the first coordinate.
std::vector<std::vector<double>> non_dominated(std::vector<std::vector<double>> points);

// Volume of the union of the boxes between the origin and each point; coordinates below 0 count as
// 0, and no points have volume 0. Exact, by slicing along the last coordinate (Knowles 2002;
// Zitzler 2001): of N non-dominated points of dimension d in time N^(d - 1) log N.
double hypervolume(std::vector<std::vector<double>> points);

}  // namespace fragflow
