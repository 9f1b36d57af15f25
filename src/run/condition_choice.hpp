// Choosing among the rewards that a conditioned run has learned, and saying which was chosen.
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
  std::string preference;  // "activity=0.7,qed=0.3": shares, scaled to sum 1; those left out are 0

  bool is_empty() const { return !beta && preference.empty(); }
};

// Writes the choice into [reward]. Throws UserError, naming `run`, if the run has not learned it.
void apply_choice(const ConditionChoice& choice, const std::string& run, Config& config);

// The fractions of a preference choice, in the order of condition.preference.
std::vector<double> parse_preference(const std::string& text, const std::string& run,
                                     const Config& config);
// Makes them the weights of the configured reward.
void set_preference(const std::vector<double>& shares, Config& config);

// "beta 4 to 32 (uniform)"; empty without conditions.
std::string describe_conditions(const Config& config);
// The condition of the configured reward: "beta 32".
std::string describe_own_condition(const Config& config);

// What tables of objects say of the condition that each follows; none without conditions.
std::vector<std::string> condition_columns(const Config& config);
std::vector<std::string> condition_fields(const Config& config, const Condition& condition);

}  // namespace fragflow
