#include "src/pool/pool_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace fragflow {

std::string what_does_not_fit(const std::vector<std::string>& smiles,
                              const std::vector<PoolRow>& rows) {
  if (rows.size() != smiles.size()) {
    return fmt::format("{} rows for {} molecules", rows.size(), smiles.size());
  }
  const std::set<std::string> asked(smiles.begin(), smiles.end());
  std::set<std::string> answered;
  const PoolRow* scored = nullptr;
  for (const PoolRow& row : rows) {
    if (!asked.contains(row.smiles)) {
      return fmt::format("a row for '{}', which is not in the batch", row.smiles);
    }
    if (!answered.insert(row.smiles).second) return fmt::format("two rows for '{}'", row.smiles);
    if (row.values.empty() == row.failure.empty()) {
      return fmt::format("'{}' has neither a value nor a reason why not, or both", row.smiles);
    }
    for (const auto& [name, value] : row.values) {
      if (!std::isfinite(value)) {
        return fmt::format("the value of '{}' for '{}' is not a finite number", name, row.smiles);
      }
    }
    if (!row.failure.empty()) continue;
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    if (scored != nullptr && !std::equal(scored->values.begin(), scored->values.end(),
                                         row.values.begin(), row.values.end(), same_name)) {
      return fmt::format("'{}' and '{}' have values of different outputs", scored->smiles,
                         row.smiles);
    }
    scored = &row;
  }
  return "";
}

}  // namespace fragflow
