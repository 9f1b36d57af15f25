#include "src/report/policy_picture.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/report/html.hpp"

namespace fragflow {
namespace {

constexpr double kPictureSize = 300;  // of the picture
constexpr double kSmallest = 0.005;   // probabilities below it get no arrow
constexpr const char* kArrow = "#c2410c";

// From the middle of a cell by (dx, dy), with a head.
std::string arrow(double x, double y, double dx, double dy) {
  const double length = std::hypot(dx, dy), head = std::min(4.0, 0.5 * length);
  const double ux = dx / length, uy = dy / length, tip_x = x + dx, tip_y = y + dy;
  return fmt::format(
      "<path d=\"M{:.2f} {:.2f}L{:.2f} {:.2f}M{:.2f} {:.2f}L{:.2f} {:.2f}L{:.2f} {:.2f}\" "
      "fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"/>",
      x, y, tip_x, tip_y, tip_x - head * (ux + 0.6 * uy), tip_y - head * (uy + 0.6 * ux), tip_x,
      tip_y, tip_x - head * (ux - 0.6 * uy), tip_y - head * (uy - 0.6 * ux), kArrow);
}

}  // namespace

std::string render_policy_picture(const PolicyPicture& picture) {
  const auto side = static_cast<std::size_t>(picture.side);
  FRAGFLOW_CHECK(picture.side > 0 && picture.values.size() == 3 * side * side,
                 "{} values for a grid of side {}", picture.values.size(), picture.side);
  const double cell = kPictureSize / picture.side;
  std::string svg = fmt::format(
      "<svg class=\"heat\" viewBox=\"-1 -1 {0:.2f} {0:.2f}\" role=\"img\" aria-label=\"{1}\">",
      kPictureSize + 2, escape_html(picture.title));
  for (std::size_t i = 0; i < side * side; ++i) {
    const double stop = picture.values[3 * i], down = picture.values[3 * i + 1],
                 right = picture.values[3 * i + 2];
    if (stop + down + right == 0) continue;
    const double left = cell * static_cast<double>(i % side);
    const double top = cell * static_cast<double>(i / side);
    svg += fmt::format(
        "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"#1d4ed8\" "
        "fill-opacity=\"{:.3f}\" stroke=\"#d1d5db\"><title>({}, {}): stop {:.3f}, first {:.3f}, "
        "second {:.3f}</title></rect>",
        left, top, cell, cell, 0.85 * stop, i / side, i % side, stop, down, right);
    const double x = left + cell / 2, y = top + cell / 2, reach = 0.48 * cell;
    if (down > kSmallest) svg += arrow(x, y, 0, reach * down);
    if (right > kSmallest) svg += arrow(x, y, reach * right, 0);
  }
  return svg + "</svg>";
}

}  // namespace fragflow
