// Which compounds are what a campaign looks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/chem/activity_table.hpp"

namespace fragflow {

struct HitRule {
  double threshold = 0;
  bool higher_is_better = true;

  bool is_hit(double activity) const {
    return higher_is_better ? activity >= threshold : activity <= threshold;
  }
  // Of a compound known by a bound alone; nothing where the bound leaves it open.
  std::optional<bool> decides(bool above, double limit) const;
};

// Of a table whose values these are (at least one). hit: a number, or "auto" for that of the best
// tenth. Throws UserError that names --hit for what is neither.
HitRule hit_rule_of(const std::string& hit, std::vector<double> values, bool higher_is_better);

// The 90th percentile, or the 10th where lower activities are better. At least one value.
double best_tenth(std::vector<double> values, bool higher_is_better);

struct HitCount {
  std::int64_t hits = 0;
  std::int64_t decided = 0;  // compounds of which it is known
  double rate() const {
    return decided == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(decided);
  }
};
// Among the molecules and those bounds that decide.
HitCount count_hits(const ActivityTable& table, const HitRule& rule);

}  // namespace fragflow
