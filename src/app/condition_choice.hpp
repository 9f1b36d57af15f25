// Choosing among the rewards that a conditioned run has learned, and saying which was chosen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/app/config.hpp"
#include "src/reward/condition.hpp"

namespace fragflow {

// Empty: the run's own reward.
struct ConditionChoice {
  std::optional<double> beta;
};

// Writes the choice into [reward]. Throws UserError, naming `run`, if the run has not learned it.
void apply_choice(const ConditionChoice& choice, const std::string& run, Config& config);

// "beta 4 to 32 (uniform)"; empty without conditions.
std::string describe_conditions(const Config& config);
// The condition of the configured reward: "beta 32".
std::string describe_own_condition(const Config& config);

// What tables of objects say of the condition that each follows; none without conditions.
std::vector<std::string> condition_columns(const Config& config);
std::vector<std::string> condition_fields(const Config& config, const Condition& condition);

}  // namespace fragflow
