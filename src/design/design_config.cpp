#include "src/design/design_config.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

constexpr double kLowQuantile = 0.10, kHighQuantile = 0.95;
constexpr std::size_t kFewestSimilarities = 20;
constexpr double kNarrowestWindow = 0.1;
constexpr double kNarrowestPotency = 0.5, kNarrowestFraction = 0.1;

// The slope of a soft end, expressed as the width of a window.
constexpr double kSoftPotency = 1.0, kSoftFraction = 0.5;
constexpr double kSteepness = 0.5, kLeastSteepness = 0.2;
constexpr double kKappa = 0.5;  // also that of ActivityRange
constexpr double kClauseWeight = 2.0;

std::string domain_text(const OwnDomain& domain) {
  if (domain.range.high <= domain.range.low) return "";
  const std::string weight =
      domain.weight == 1 ? "" : fmt::format("weight = {:.4g}\n", domain.weight);
  return fmt::format(
      R"(
# Where the model knows something: mean Tanimoto similarity to the 3 nearest compounds of the table.
# 5 % of the compounds, compared with other scaffolds than their own, are below {:.3g} (half the
# score), 50 % above `high`; more than `high` gains nothing.
[[reward.component]]
name = "{}"
type = "domain"
file = "{}"
neighbours = 3
{}transform = {{ type = "sigmoid", low = {:.3g}, high = {:.3g} }}
)",
      0.5 * (domain.range.low + domain.range.high), domain.name, domain.table, weight,
      domain.range.low, domain.range.high);
}

std::string domains_text(const DesignExtras& extras) {
  if (extras.domains.empty()) return domain_text({"domain", "table.csv", 1, extras.domain});
  std::string text;
  for (const OwnDomain& domain : extras.domains) text += domain_text(domain);
  return text;
}

std::string activity_comment(const ActivityRange& range) {
  const double middle = 0.5 * (range.low + range.high);
  if (range.kappa > 0) {
    return fmt::format(
        "# The cautious end of the predicted activity, mean - kappa * standard deviation. 10 % of "
        "the\n# compounds of the table lie below `low`, 5 % above `high`: {:.4g} scores 0.5, more "
        "than `high`\n# gains nothing.",
        middle);
  }
  return fmt::format("# {}: {:.4g} scores 0.5, more than `high` gains nothing.",
                     range.kappa == 0
                         ? "The predicted mean"
                         : "The optimistic end of the prediction, mean - kappa * deviation",
                     middle);
}

std::string activity_text(const ActivityRange& range) {
  return fmt::format(
      R"(
{}
[[reward.component]]
name = "activity"
type = "proxy"
file = "proxy.safetensors"
kappa = {}
weight = 2.0
transform = {{ type = "sigmoid", low = {:.6g}, high = {:.6g} }}
)",
      activity_comment(range), range.kappa, range.low, range.high);
}

// Explains in the file how a clause uses predictions.
std::string explanation(const ComponentConfig& component) {
  const TransformConfig& transform = component.transform;
  if (transform.type == "double_sigmoid") {
    return fmt::format("The prediction; half at {:.4g} and {:.4g}.", transform.low, transform.high);
  }
  return fmt::format(
      "The cautious end, mean - kappa * standard deviation{}: {:.4g}\n# scores 0.5, more than "
      "`high` "
      "gains nothing.",
      component.terms.size() == 1 ? " of the negative" : "",
      0.5 * (transform.low + transform.high));
}

std::string component_text(const ComponentConfig& component, const std::string& clause) {
  std::string model = fmt::format("file = {}", nlohmann::json(component.file).dump());
  if (!component.terms.empty()) {
    std::vector<std::string> terms;
    for (const ProxyTermConfig& term : component.terms) {
      terms.push_back(fmt::format("{{ file = {}, coefficient = {} }}",
                                  nlohmann::json(term.file).dump(), term.coefficient));
    }
    model = fmt::format("term = [{}]", join(terms));
  }
  return fmt::format(
      R"(
# {}. {}
[[reward.component]]
name = {}
type = "{}"
{}
kappa = {}
weight = {}
transform = {{ type = "{}", low = {:.6g}, high = {:.6g}, k = {:.4g} }}
)",
      clause, explanation(component), nlohmann::json(component.name).dump(), component.type, model,
      component.kappa, component.weight, component.transform.type, component.transform.low,
      component.transform.high, component.transform.k);
}

std::string core_text(const std::vector<std::string>& core) {
  if (core.empty()) return "";
  return fmt::format(
      R"(
# --keep-core. Not 0 without it: molecules on the way there must differ in what they are worth.
[[reward.component]]
name = "core"
type = "smarts"
smarts = {}
mode = "require"
filter = true
transform = {{ type = "scale", divisor = 1.0, lower = 0.2 }}
)",
      nlohmann::json(core).dump());
}

// The file up to the score of a molecule. check_proxy: value and comment.
std::string head_text(const DesignSettings& settings, const DesignExtras& extras,
                      const std::string& check_proxy) {
  return fmt::format(
      R"(# {}
# `fragflow config --defaults` prints every key with its meaning.
seed = {}

[environment]
name = "fragment_tree"
vocabulary = "vocabulary.json"
max_fragments = {}  # as many as the best quarter of the table needs, or what was asked
min_fragments = 2
start = {}  # scaffold that every molecule grows from

[training]
steps = {}
batch_size = 8
learning_rate = 1e-3

[objective]
name = "vargrad"  # trajectory balance with log Z estimated from each batch

# Known actives and whatever was met teach again in every step, the better the more often.
[exploration.replay]
batch_size = 64
priority = "rank"
capacity = 100000
file = "actives.csv"

# Children of the best molecules met: nearly all reward calls, learned from like any other.
[exploration.genetic]
batch_size = 120
screen = 4  # of four children the one is scored that the policy expects to be best
alike = 1

[output]
samples = {}
training_data = "table.csv"
smiles_column = "smiles"
check_proxy = {}

[metrics]
mode_score = 0.6

[reward]
beta = 16.0  # the higher, the better and the more alike the molecules
floor = 0.01
)",
      join(extras.origin, "\n# "), settings.seed, extras.max_fragments,
      nlohmann::json(settings.run.start_from).dump(), settings.run.steps, settings.run.samples,
      check_proxy);
}

// Requirements on any molecule.
constexpr const char* kQuality = R"(
[[reward.component]]
name = "qed"  # drug-likeness
type = "qed"

[[reward.component]]
name = "sa"  # synthetic accessibility
type = "sa"

[[reward.component]]
name = "alerts"  # no structural alert
type = "alerts"
catalogs = ["brenk", "pains"]
filter = true

[[reward.component]]
name = "must_fill"  # no open slot where the open group (a thiol, an aldehyde) is rare in the table
type = "must_fill"
filter = true
)";

}  // namespace

DomainRange domain_range(std::span<const double> held_out_similarities) {
  if (held_out_similarities.size() < kFewestSimilarities) return {};
  std::vector<double> sorted(held_out_similarities.begin(), held_out_similarities.end());
  std::sort(sorted.begin(), sorted.end());
  const double middle = quantile(sorted, 0.05);
  const double high = std::max(quantile(sorted, 0.5), middle + 0.5 * kNarrowestWindow);
  const auto rounded = [](double value) { return std::round(1000 * value) / 1000; };
  return {rounded(2 * middle - high), rounded(high)};
}

ActivityRange activity_range(std::span<const double> values, bool in_potency) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  ActivityRange range{.low = quantile(sorted, kLowQuantile),
                      .high = quantile(sorted, kHighQuantile)};
  const double largest = std::max({std::abs(range.low), std::abs(range.high), 1e-6});
  const double narrowest = in_potency ? kNarrowestPotency : kNarrowestFraction * largest;
  if (range.high - range.low < narrowest) {
    const double middle = 0.5 * (range.low + range.high);
    range.low = middle - 0.5 * narrowest;
    range.high = middle + 0.5 * narrowest;
  }
  // Four digits suffice, and are easier to read and change.
  const double unit = std::pow(10, std::floor(std::log10(range.high - range.low)) - 2);
  range.low = std::round(range.low / unit) * unit;
  range.high = std::round(range.high / unit) * unit;
  return range;
}

ComponentConfig clause_component(const ObjectiveClause& clause, const std::string& name,
                                 std::span<const std::string> files, std::span<const double> values,
                                 bool in_potency) {
  using Kind = ObjectiveWish::Kind;
  const ObjectiveWish& wish = clause.wish;
  const double sign = wish.kind == Kind::kLow || wish.kind == Kind::kBelow ? -1 : 1;
  std::vector<double> oriented;
  for (const double value : values) oriented.push_back(sign * value);
  const ActivityRange range = activity_range(oriented, in_potency);
  const double width = in_potency ? kSoftPotency : kSoftFraction * (range.high - range.low);
  ComponentConfig component;
  component.name = name;
  component.kappa = kKappa;
  component.weight = kClauseWeight;
  if (clause.terms.size() == 1 && sign > 0) {
    component.type = "proxy";
    component.file = files[clause.terms[0].target];
  } else {
    component.type = "proxy_sum";
    for (const ObjectiveTerm& term : clause.terms) {
      component.terms.push_back({files[term.target], sign * term.coefficient});
    }
  }
  TransformConfig& transform = component.transform;
  transform.k = kSteepness;
  if (wish.kind == Kind::kBetween) {
    // A narrow window has soft ends, so that values outside still differ in score.
    transform.type = "double_sigmoid";
    transform.low = wish.low;
    transform.high = wish.high;
    transform.k =
        std::clamp(kSteepness * (wish.high - wish.low) / width, kLeastSteepness, kSteepness);
    component.kappa = 0;  // neither end is pessimistic
    return component;
  }
  transform.type = "sigmoid";
  const bool has_edge = wish.kind == Kind::kAbove || wish.kind == Kind::kBelow;
  const double edge = wish.kind == Kind::kAbove ? wish.low : -wish.high;
  transform.low = has_edge ? edge - width : range.low;
  transform.high = has_edge ? edge : range.high;
  return component;
}

double clause_value(const ObjectiveClause& clause, const ComponentConfig& component,
                    std::span<const double> means, std::span<const double> deviations) {
  double mean = 0, variance = 0;
  for (std::size_t i = 0; i < clause.terms.size(); ++i) {
    const double coefficient = component.terms.empty() ? 1.0 : component.terms[i].coefficient;
    mean += coefficient * means[clause.terms[i].target];
    variance += std::pow(coefficient * deviations[clause.terms[i].target], 2);
  }
  return mean - component.kappa * std::sqrt(variance);
}

std::string design_config_text(const DesignSettings& settings, const ActivityRange& range,
                               bool check, const DesignExtras& extras) {
  const std::string check_proxy =
      fmt::format("\"{}\"  # never in the reward; \"\": too few compounds for one",
                  check ? "check.safetensors" : "");
  return head_text(settings, extras, check_proxy) + activity_text(range) + kQuality +
         domains_text(extras) + core_text(extras.core);
}

std::string design_config_text(const DesignSettings& settings,
                               std::span<const ComponentConfig> components,
                               std::span<const std::string> texts, const DesignExtras& extras) {
  std::string text = head_text(settings, extras,
                               "\"\"  # the design's report has the second model of each activity");
  for (std::size_t i = 0; i < components.size(); ++i) {
    text += component_text(components[i], texts[i]);
  }
  return text + kQuality + domains_text(extras) + core_text(extras.core);
}

}  // namespace fragflow
