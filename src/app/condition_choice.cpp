#include "src/app/condition_choice.hpp"

#include <fmt/format.h>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"

namespace fragflow {

void apply_choice(const ConditionChoice& choice, const std::string& run, Config& config) {
  if (!choice.beta) return;
  const ConditionConfig& condition = config.condition;
  if (!condition.is_used()) {
    user_error(
        "--beta {}: '{}' learned beta = {} only; train with condition.beta_min and "
        "condition.beta_max to choose afterwards (docs/conditions.md)",
        *choice.beta, run, config.reward.beta);
  }
  if (!(*choice.beta >= condition.beta_min && *choice.beta <= condition.beta_max)) {
    user_error("--beta {}: '{}' learned beta from {} to {}", *choice.beta, run, condition.beta_min,
               condition.beta_max);
  }
  config.reward.beta = *choice.beta;
}

std::string describe_conditions(const Config& config) {
  const ConditionConfig& condition = config.condition;
  if (!condition.is_used()) return "";
  return fmt::format("beta {} to {} ({})", condition.beta_min, condition.beta_max,
                     condition.beta_distribution);
}

std::string describe_own_condition(const Config& config) {
  return fmt::format("beta {}", config.reward.beta);
}

std::vector<std::string> condition_columns(const Config& config) {
  if (!config.condition.is_used()) return {};
  return {"beta"};
}

std::vector<std::string> condition_fields(const Config& config, const Condition& condition) {
  if (!config.condition.is_used()) return {};
  return {csv_number(condition.beta)};
}

}  // namespace fragflow
