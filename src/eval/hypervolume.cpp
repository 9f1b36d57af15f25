#include "src/eval/hypervolume.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using Point = std::vector<double>;

bool covers(const Point& a, const Point& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] < b[k]) return false;
  }
  return true;
}

// Uses the first `dimension` coordinates. Slices lie between neighbouring values of the last one;
// their cross-section is the union of the points above them.
double sliced(std::vector<Point> points, std::size_t dimension) {
  if (points.empty()) return 0;
  const std::size_t last = dimension - 1;
  if (last == 0) {
    return std::max_element(points.begin(), points.end())->front();
  }
  std::sort(points.begin(), points.end(),
            [last](const Point& a, const Point& b) { return a[last] > b[last]; });
  double volume = 0;
  std::vector<Point> above;
  for (std::size_t i = 0; i < points.size(); ++i) {
    above.emplace_back(points[i].begin(), points[i].begin() + static_cast<std::ptrdiff_t>(last));
    const double below = i + 1 < points.size() ? points[i + 1][last] : 0.0;
    if (points[i][last] > below) volume += (points[i][last] - below) * sliced(above, last);
  }
  return volume;
}

}  // namespace

std::vector<std::vector<double>> non_dominated(std::vector<Point> points) {
  // Every point comes after those that dominate it.
  std::sort(points.begin(), points.end(), std::greater<>());
  std::vector<Point> front;
  for (Point& point : points) {
    FRAGFLOW_CHECK(!point.empty() && (front.empty() || point.size() == front[0].size()),
                   "{} coordinates", point.size());
    const bool is_covered = std::any_of(front.begin(), front.end(),
                                        [&](const Point& other) { return covers(other, point); });
    if (!is_covered) front.push_back(std::move(point));
  }
  std::reverse(front.begin(), front.end());
  return front;
}

double hypervolume(std::vector<Point> points) {
  for (Point& point : points) {
    for (double& value : point) value = std::max(value, 0.0);
  }
  if (points.empty()) return 0;
  const std::size_t dimension = points.front().size();
  return sliced(non_dominated(std::move(points)), dimension);
}

}  // namespace fragflow
