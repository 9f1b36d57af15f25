// The volume of objective space dominated by a set of candidates.
#pragma once

#include <vector>

namespace fragflow {

// Points of equal dimension (at least 1); larger is better in every coordinate. Returns the points
// not dominated or equalled by another, duplicates once, ordered by the first coordinate.
std::vector<std::vector<double>> non_dominated(std::vector<std::vector<double>> points);

// Volume of the union of the boxes between the origin and each point; coordinates below 0 count as
// 0, and the volume of no points is 0. Exact, by slicing along the last coordinate (Knowles 2002;
// Zitzler 2001): O(N^(d - 1) log N) for N non-dominated points of dimension d.
double hypervolume(std::vector<std::vector<double>> points);

}  // namespace fragflow
