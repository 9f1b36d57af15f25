#include "src/gfn/batch_conditions.hpp"

#include <map>

#include "src/base/check.hpp"

namespace fragflow {

BatchConditions::BatchConditions(std::span<const Trajectory> trajectories) {
  std::map<std::vector<float>, std::int64_t> rows;
  std::vector<float> values;
  for (const Trajectory& trajectory : trajectories) {
    const std::vector<float>& own = trajectory.condition.features;
    FRAGFLOW_CHECK(own.size() == trajectories.front().condition.features.size(),
                   "trajectories with {} and {} features of a condition", own.size(),
                   trajectories.front().condition.features.size());
    const auto [found, is_new] = rows.emplace(own, static_cast<std::int64_t>(rows.size()));
    if (is_new) values.insert(values.end(), own.begin(), own.end());
    group.push_back(found->second);
  }
  if (!values.empty()) {
    features = torch::tensor(values).view({static_cast<std::int64_t>(rows.size()), -1});
  }
}

torch::Tensor BatchConditions::of(const std::vector<std::int64_t>& groups) const {
  if (!features.defined()) return {};
  return features.index_select(0, torch::tensor(groups, torch::kInt64));
}

}  // namespace fragflow
