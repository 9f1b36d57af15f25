#include "src/run/condition_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/text.hpp"
#include "src/gfn/conditioning.hpp"

namespace fragflow {
namespace {

void apply_beta(double beta, const std::string& run, Config& config) {
  const ConditionConfig& condition = config.condition;
  if (!condition.learns_beta()) {
    user_error(
        "--beta {}: '{}' learned beta = {} only; train with condition.beta_min and "
        "condition.beta_max to choose afterwards (docs/conditions.md)",
        beta, run, config.reward.beta);
  }
  if (!(beta >= condition.beta_min && beta <= condition.beta_max)) {
    user_error("--beta {}: '{}' learned beta from {} to {}", beta, run, condition.beta_min,
               condition.beta_max);
  }
  config.reward.beta = beta;
}

std::vector<double> own_shares(const Config& config, std::span<const double> weights) {
  return preference_shares(preference_components(config.condition, config.reward), weights);
}

}  // namespace

std::vector<double> parse_preference(const std::string& text, const std::string& run,
                                     const Config& config) {
  const std::vector<std::string>& names = config.condition.preference;
  if (names.empty()) {
    user_error(
        "--preference {}: '{}' learned the weights of its configuration only; train with "
        "condition.preference to choose afterwards (docs/conditions.md)",
        text, run);
  }
  std::vector<double> shares(names.size(), 0.0);
  double sum = 0;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t equals = part.find('=');
    const auto value = equals == part.npos ? std::nullopt : parse_double(part.substr(equals + 1));
    if (!value || !std::isfinite(*value) || *value < 0) {
      user_error("--preference {}: '{}' is no NAME=SHARE with a share of at least 0", text, part);
    }
    const std::string name(trim(part.substr(0, equals)));
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      user_error("--preference {}: '{}' learned preferences over {}, not '{}'{}", text, run,
                 join(names), name, did_you_mean(name, names));
    }
    shares[static_cast<std::size_t>(found - names.begin())] = *value;
    sum += *value;
  }
  if (sum <= 0) user_error("--preference {}: at least one share must be above 0", text);
  for (double& share : shares) share /= sum;
  return shares;
}

void set_preference(const std::vector<double>& shares, Config& config) {
  std::vector<double> weights = component_weights(config.reward);
  share_weight(preference_components(config.condition, config.reward), shares, weights);
  for (std::size_t i = 0; i < weights.size(); ++i) config.reward.components[i].weight = weights[i];
}

void apply_choice(const ConditionChoice& choice, const std::string& run, Config& config) {
  if (choice.beta) apply_beta(*choice.beta, run, config);
  if (!choice.preference.empty()) {
    set_preference(parse_preference(choice.preference, run, config), config);
  }
}

std::string describe_conditions(const Config& config) {
  const ConditionConfig& condition = config.condition;
  std::vector<std::string> parts;
  if (condition.learns_beta()) {
    parts.push_back(fmt::format("beta {} to {} ({})", condition.beta_min, condition.beta_max,
                                condition.beta_distribution));
  }
  if (condition.learns_preferences()) {
    parts.push_back(fmt::format("preferences over {} (Dirichlet, alpha {})",
                                join(condition.preference), condition.preference_alpha));
  }
  return join(parts, "; ");
}

std::string describe_own_condition(const Config& config) {
  std::vector<std::string> parts;
  parts.push_back(fmt::format("beta {}", config.reward.beta));
  if (config.condition.learns_preferences()) {
    const std::vector<double> shares = own_shares(config, component_weights(config.reward));
    for (std::size_t k = 0; k < shares.size(); ++k) {
      parts.push_back(fmt::format("{} {:.3g}", config.condition.preference[k], shares[k]));
    }
  }
  return join(parts);
}

std::vector<std::string> condition_columns(const Config& config) {
  std::vector<std::string> columns;
  if (config.condition.learns_beta()) columns.emplace_back("beta");
  for (const std::string& name : config.condition.preference) columns.push_back("share_" + name);
  return columns;
}

std::vector<std::string> condition_fields(const Config& config, const Condition& condition) {
  std::vector<std::string> fields;
  if (config.condition.learns_beta()) fields.push_back(csv_number(condition.beta));
  if (config.condition.learns_preferences()) {
    for (const double share : own_shares(config, condition.weights)) {
      fields.push_back(fmt::format("{:.10g}", share));  // hides rounding errors
    }
  }
  return fields;
}

}  // namespace fragflow
