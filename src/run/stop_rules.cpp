#include "src/run/stop_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/eval/run_data.hpp"

namespace fragflow {

std::vector<TrainingProgress> progress_of(const CsvTable& metrics) {
  const std::vector<double> steps = numbers_of(metrics, "step"),
                            trajectories = numbers_of(metrics, "trajectories"),
                            shares = numbers_of(metrics, "unique_share"),
                            tops = numbers_of(metrics, "top_100");
  std::vector<TrainingProgress> rows;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    rows.push_back({steps[i], trajectories[i], std::round(shares[i] * trajectories[i]), tops[i]});
  }
  return rows;
}

std::optional<TrainingProgress> StopRules::row_before(std::int64_t steps) const {
  if (rows_.empty()) return {};
  const double latest = rows_.back().step - static_cast<double>(steps);
  const auto after =
      std::upper_bound(rows_.begin(), rows_.end(), latest,
                       [](double step, const TrainingProgress& row) { return step < row.step; });
  if (after == rows_.begin()) return {};
  return *(after - 1);
}

std::optional<std::string> StopRules::reason(std::int64_t reward_calls, double minutes) const {
  if (config_.reward_calls > 0 && reward_calls >= config_.reward_calls) {
    return fmt::format("{} distinct objects were scored (stop.reward_calls = {})", reward_calls,
                       config_.reward_calls);
  }
  if (config_.minutes > 0 && minutes >= config_.minutes) {
    return fmt::format("{:.1f} minutes of training are over (stop.minutes = {})", minutes,
                       config_.minutes);
  }
  if (config_.plateau_steps > 0) {
    const std::optional<TrainingProgress> before = row_before(config_.plateau_steps);
    if (before && rows_.back().top_100 - before->top_100 < config_.plateau_gain) {
      return fmt::format(
          "the mean score of the best 100 grew by {:.2g} in {} steps, to {:.4g} "
          "(stop.plateau_steps = {}, stop.plateau_gain = {})",
          rows_.back().top_100 - before->top_100, rows_.back().step - before->step,
          rows_.back().top_100, config_.plateau_steps, config_.plateau_gain);
    }
  }
  if (config_.unique_below > 0) {
    const std::optional<TrainingProgress> before = row_before(config_.unique_steps);
    if (before) {
      const double share = (rows_.back().distinct - before->distinct) /
                           (rows_.back().trajectories - before->trajectories);
      if (share < config_.unique_below) {
        return fmt::format(
            "sampling has collapsed: {:.1f} % of the objects of the last {} steps were new "
            "(stop.unique_below = {}); a lower reward.beta or more exploration may help",
            100 * share, rows_.back().step - before->step, config_.unique_below);
      }
    }
  }
  return {};
}

}  // namespace fragflow
