#include "src/design/design_settings.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

// The value for one of `count` columns; "" if not set.
std::string one_of(const std::vector<std::string>& values, const char* option, std::size_t index,
                   std::size_t count) {
  if (values.empty()) return "";
  if (values.size() == 1) return values[0];
  if (values.size() == count) return values[index];
  user_error(
      "{} is given {} times and --target {}: give it once, for all of them, or once for each "
      "--target in their order",
      option, values.size(), count == 1 ? "once at most" : fmt::format("{} times", count));
}

}  // namespace

ColumnSettings TableSettings::column(std::size_t index) const {
  const std::size_t count = num_targets();
  ColumnSettings column;
  if (!target.empty()) column.target = target[index];
  column.relation = one_of(relation, "--relation", index, count);
  column.unit_column = one_of(unit_column, "--unit-column", index, count);
  const std::string unit = one_of(units, "--units", index, count);
  const std::string way = one_of(direction, "--direction", index, count);
  if (!unit.empty()) column.units = unit;
  if (!way.empty()) column.direction = way;
  const std::vector<std::string> ways = {"auto", "higher", "lower"};
  if (std::find(ways.begin(), ways.end(), column.direction) == ways.end()) {
    user_error("--direction {}: expected one of {}{}", column.direction, join(ways),
               did_you_mean(column.direction, ways));
  }
  return column;
}

}  // namespace fragflow
