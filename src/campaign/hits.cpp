#include "src/campaign/hits.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"

namespace fragflow {

std::optional<bool> HitRule::decides(bool above, double limit) const {
  if (above != higher_is_better) {  // then only the worse side remains possible
    const bool none = higher_is_better ? limit <= threshold : limit >= threshold;
    return none ? std::optional(false) : std::nullopt;
  }
  return is_hit(limit) ? std::optional(true) : std::nullopt;
}

double best_tenth(std::vector<double> values, bool higher_is_better) {
  std::sort(values.begin(), values.end());
  return quantile(values, higher_is_better ? 0.9 : 0.1);
}

HitRule hit_rule_of(const std::string& hit, std::vector<double> values, bool higher_is_better) {
  if (hit == "auto") return {best_tenth(std::move(values), higher_is_better), higher_is_better};
  const auto threshold = parse_double(hit);
  if (!threshold) user_error("--hit {}: expected a number, or auto", hit);
  return {*threshold, higher_is_better};
}

HitCount count_hits(const ActivityTable& table, const HitRule& rule) {
  HitCount count;
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    ++count.decided;
    count.hits += rule.is_hit(molecule.value) ? 1 : 0;
  }
  for (const ActivityTable::Bound& bound : table.bounds) {
    const auto hit = rule.decides(bound.above, bound.limit);
    count.decided += hit ? 1 : 0;
    count.hits += hit.value_or(false) ? 1 : 0;
  }
  return count;
}

}  // namespace fragflow
