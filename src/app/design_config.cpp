#include "src/app/design_config.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/statistics.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::json;

constexpr double kLowQuantile = 0.10, kHighQuantile = 0.95;
constexpr std::size_t kFewestSimilarities = 20;
constexpr double kNarrowestWindow = 0.1;
constexpr double kNarrowestPotency = 0.5, kNarrowestShare = 0.1;

std::string domain_text(const DomainRange& domain) {
  if (domain.high <= domain.low) return "";
  return fmt::format(
      R"(
# Where the model knows something: mean Tanimoto similarity to the 3 nearest compounds of the table.
# 5 % of the compounds, compared with other scaffolds than their own, are below {:.3g} (half the
# score), 50 % above `high`; more than `high` gains nothing.
[[reward.component]]
name = "domain"
type = "domain"
file = "table.csv"
neighbours = 3
transform = {{ type = "sigmoid", low = {:.3g}, high = {:.3g} }}
)",
      0.5 * (domain.low + domain.high), domain.low, domain.high);
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
      Json(core).dump());
}

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
  ActivityRange range{quantile(sorted, kLowQuantile), quantile(sorted, kHighQuantile)};
  const double largest = std::max({std::abs(range.low), std::abs(range.high), 1e-6});
  const double narrowest = in_potency ? kNarrowestPotency : kNarrowestShare * largest;
  if (range.high - range.low < narrowest) {
    const double middle = 0.5 * (range.low + range.high);
    range = {middle - 0.5 * narrowest, middle + 0.5 * narrowest};
  }
  // Four digits are enough, and easier to read and change.
  const double unit = std::pow(10, std::floor(std::log10(range.high - range.low)) - 2);
  return {std::round(range.low / unit) * unit, std::round(range.high / unit) * unit};
}

std::string design_config_text(const DesignSettings& settings, const ActivityRange& range,
                               bool check, const DesignExtras& extras) {
  return fmt::format(
             R"(# Made by `fragflow design`. Change it and run the same command again with --overwrite, or
#     fragflow train design.toml --out ANOTHER_FOLDER
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
batch_size = 32
learning_rate = 1e-3

[objective]
name = "vargrad"  # trajectory balance with log Z estimated from each batch

# Known actives and whatever was met teach again in every step, the better the more often.
[exploration.replay]
batch_size = 64
priority = "rank"
capacity = 100000
file = "actives.csv"

# Children of the best molecules met: three quarters of all reward calls, learned from like any other.
[exploration.genetic]
batch_size = 96
alike = 1

[output]
samples = {}
training_data = "table.csv"
smiles_column = "smiles"
check_proxy = "{}"  # never in the reward; "": too few compounds for one

[metrics]
mode_score = 0.6

[reward]
beta = 16.0  # the higher, the better and the more alike the molecules
floor = 0.01

# The cautious end of the predicted activity, mean - kappa * standard deviation. 10 % of the
# compounds of the table lie below `low`, 5 % above `high`: {:.4g} scores 0.5, more than `high`
# gains nothing.
[[reward.component]]
name = "activity"
type = "proxy"
file = "proxy.safetensors"
kappa = 0.5
weight = 2.0
transform = {{ type = "sigmoid", low = {:.6g}, high = {:.6g} }}

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
)",
             settings.seed, extras.max_fragments, Json(settings.run.start_from).dump(),
             settings.run.steps, settings.run.samples, check ? "check.safetensors" : "",
             0.5 * (range.low + range.high), range.low, range.high) +
         domain_text(extras.domain) + core_text(extras.core);
}

}  // namespace fragflow
