// Defines which compounds count as hits of a campaign.
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
  // For a compound known only by a bound; empty if the bound does not decide.
  std::optional<bool> decides(bool above, double limit) const;
};

// The rule for a table with these values (at least one). hit: a number, or "auto" for the threshold
// of the best tenth. Throws UserError naming --hit for anything else.
HitRule hit_rule_of(const std::string& hit, std::vector<double> values, bool higher_is_better);

// The 90th percentile, or the 10th if lower activities are better. At least one value.
double best_tenth(std::vector<double> values, bool higher_is_better);

struct HitCount {
  std::int64_t hits = 0;
  std::int64_t decided = 0;  // compounds for which it is known
  double rate() const {
    return decided == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(decided);
  }
};
// Counts molecules and those bounds that decide.
HitCount count_hits(const ActivityTable& table, const HitRule& rule);

}  // namespace fragflow
