// Selects one of the rewards that a conditioned run has learned, and describes the selection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/reward/condition.hpp"
#include "src/run/config.hpp"

namespace fragflow {

// Empty: the run's own reward.
struct ConditionChoice {
  std::optional<double> beta;
  std::string preference;  // "activity=0.7,qed=0.3": shares, scaled to sum 1; omitted ones: 0

  bool is_empty() const { return !beta && preference.empty(); }
};

// Writes the choice into [reward]. Throws UserError, naming `run`, if the run has not learned it.
void apply_choice(const ConditionChoice& choice, const std::string& run, Config& config);

// The shares of a preference choice, in the order of condition.preference.
std::vector<double> parse_preference(const std::string& text, const std::string& run,
                                     const Config& config);
// Makes them the weights of the configured reward.
void set_preference(const std::vector<double>& shares, Config& config);

// "beta 4 to 32 (uniform)"; empty without conditions.
std::string describe_conditions(const Config& config);
// The condition of the configured reward: "beta 32".
std::string describe_own_condition(const Config& config);

// Table columns of the condition that each object was drawn under; none without conditions.
std::vector<std::string> condition_columns(const Config& config);
std::vector<std::string> condition_fields(const Config& config, const Condition& condition);

}  // namespace fragflow
