#include "src/report/heat_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "src/base/check.hpp"
#include "src/base/number_text.hpp"
#include "src/report/html.hpp"

namespace fragflow {
namespace {

struct Colour {
  double red, green, blue;
};

// Light to dark, so that large values stand out on white paper and in grey print.
constexpr std::array<Colour, 5> kSequential = {
    {{247, 250, 252}, {186, 214, 235}, {95, 164, 208}, {33, 104, 172}, {8, 40, 92}}};
constexpr std::array<Colour, 5> kDiverging = {
    {{33, 102, 172}, {146, 197, 222}, {247, 247, 247}, {244, 165, 130}, {178, 24, 43}}};

// position in [0, 1] along the stops.
std::string colour_at(std::span<const Colour, 5> stops, double position) {
  if (!std::isfinite(position)) return "#d1d5db";
  const double scaled = std::clamp(position, 0.0, 1.0) * (stops.size() - 1);
  const std::size_t low = std::min<std::size_t>(static_cast<std::size_t>(scaled), stops.size() - 2);
  const double share = scaled - static_cast<double>(low);
  const auto mix = [share](double a, double b) {
    return static_cast<int>(std::lround(a + share * (b - a)));
  };
  const Colour &a = stops[low], &b = stops[low + 1];
  return fmt::format("#{:02x}{:02x}{:02x}", mix(a.red, b.red), mix(a.green, b.green),
                     mix(a.blue, b.blue));
}

struct Range {
  double low = 0, high = 1;
};

Range value_range(const HeatMap& map) {
  if (map.scale) return {map.scale->first, map.scale->second};
  Range range{INFINITY, -INFINITY};
  for (const double value : map.values) {
    if (!std::isfinite(value)) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) return {};
  if (map.diverging) {
    const double size = std::max(std::abs(range.low), std::abs(range.high));
    return {-size, size};
  }
  return range;
}

}  // namespace

std::string render_heat_map(const HeatMap& map) {
  FRAGFLOW_CHECK(map.values.size() == static_cast<std::size_t>(map.rows) * map.columns,
                 "{} values for {} x {} cells", map.values.size(), map.rows, map.columns);
  const std::span<const Colour, 5> stops = map.diverging ? kDiverging : kSequential;
  const Range range = value_range(map);
  const double width = range.high > range.low ? range.high - range.low : 1;
  const double cell = 300.0 / std::max({map.rows, map.columns, 1});
  std::string svg = fmt::format(
      "<svg class=\"heat\" viewBox=\"0 0 {:.2f} {:.2f}\" role=\"img\" aria-label=\"{}\" "
      "shape-rendering=\"crispEdges\">",
      cell * map.columns, cell * map.rows + 34, escape_html(map.title));
  for (int row = 0; row < map.rows; ++row) {
    for (int column = 0; column < map.columns; ++column) {
      const double value = map.values[static_cast<std::size_t>(row) * map.columns + column];
      svg += fmt::format(
          "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\">"
          "<title>({}, {}): {}</title></rect>",
          cell * column, cell * row, cell, cell, colour_at(stops, (value - range.low) / width), row,
          column, format_number(value));
    }
  }
  constexpr int kBarSteps = 48;
  const double bar_top = cell * map.rows + 8, step = cell * map.columns / kBarSteps;
  for (int i = 0; i < kBarSteps; ++i) {
    svg +=
        fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"8\" fill=\"{}\"/>",
                    step * i, bar_top, step, colour_at(stops, (i + 0.5) / kBarSteps));
  }
  svg += fmt::format(
      "<text x=\"0\" y=\"{0:.2f}\">{1}</text>"
      "<text x=\"{2:.2f}\" y=\"{0:.2f}\" text-anchor=\"end\">{3}</text></svg>",
      bar_top + 22, format_number(range.low), cell * map.columns, format_number(range.high));
  return svg;
}

}  // namespace fragflow
