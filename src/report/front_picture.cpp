#include "src/report/front_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/eval/hypervolume.hpp"
#include "src/report/html.hpp"

namespace fragflow {
namespace {

constexpr double kPlotSize = 300, kMargin = 42;

// Blue for 0, orange for 1.
std::string colour(double share) {
  const auto mix = [share](double from, double to) {
    return static_cast<int>(std::lround(from + share * (to - from)));
  };
  return fmt::format("rgb({},{},{})", mix(29, 234), mix(78, 88), mix(216, 12));
}

}  // namespace

std::string render_front_picture(const FrontPicture& picture) {
  double largest = 1;
  for (std::size_t i = 0; i < picture.x.size(); ++i) {
    largest = std::max({largest, picture.x[i], picture.y[i]});
  }
  const auto left = [&](double x) { return kMargin + kPlotSize * (x / largest); };
  const auto top = [&](double y) { return kPlotSize * (1 - y / largest) + 8; };
  std::string svg = fmt::format(
      "<svg class=\"heat\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">"
      "<path d=\"M{:.1f} {:.1f}V{:.1f}H{:.1f}\" fill=\"none\" stroke=\"#9ca3af\"/>",
      kPlotSize + kMargin + 10, kPlotSize + kMargin + 8, escape_html(picture.title), left(0),
      top(largest), top(0), left(largest));
  for (const double tick : {0.0, 0.5 * largest, largest}) {
    svg += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:.2g}</text>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.2g}</text>",
        left(tick), top(0) + 16, tick, left(0) - 4, top(tick) + 4, tick);
  }
  svg += fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>"
      "<text transform=\"translate(12 {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
      left(0.5 * largest), top(0) + 32, escape_html(picture.x_label), top(0.5 * largest),
      escape_html(picture.y_label));
  std::vector<std::vector<double>> points;
  for (std::size_t i = 0; i < picture.x.size(); ++i) {
    points.push_back({picture.x[i], picture.y[i]});
    svg += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.2\" fill=\"{}\" fill-opacity=\"0.6\"/>",
        left(picture.x[i]), top(picture.y[i]), colour(picture.share[i]));
  }
  std::string edge;
  for (const std::vector<double>& point : non_dominated(points)) {
    edge += edge.empty() ? fmt::format("M{:.1f} {:.1f}", left(0), top(point[1]))
                         : fmt::format("V{:.1f}", top(point[1]));
    edge += fmt::format("H{:.1f}", left(point[0]));
  }
  if (!edge.empty()) edge += fmt::format("V{:.1f}", top(0));
  return svg + fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"#111827\"/></svg>", edge);
}

}  // namespace fragflow
