#include "src/run/reward_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/json.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/reward/aggregate.hpp"

namespace fragflow {
namespace {

constexpr const char* kKey = "reward_watch";
constexpr double kSmallFraction = 0.01;  // of the molecules; smaller fractions are not reported

std::string percent(double part, double whole) {
  const double share = 100 * part / whole;
  // 99.97 % must not be shown as 100 %.
  if (share > 0 && share < 100) return fmt::format("{:.1f} %", std::clamp(share, 0.1, 99.9));
  return fmt::format("{:.0f} %", share);
}

bool is_required_pattern(const ComponentConfig& component) {
  return (component.type == "smarts" || component.type == "substructure") &&
         component.mode == "require";
}

// The score of the molecule without component i.
double score_without(const RewardConfig& config, std::vector<double> values, std::size_t i) {
  std::vector<double> weights;
  for (const ComponentConfig& component : config.components) weights.push_back(component.weight);
  values[i] = 1;  // so that a filter passes
  weights[i] = 0;
  return aggregate(config, values, weights);
}

}  // namespace

RewardWatch::RewardWatch(RewardConfig config, std::vector<std::string> names, bool has_memory)
    : config_(std::move(config)),
      names_(std::move(names)),
      has_memory_(has_memory),
      components_(names_.size()) {
  FRAGFLOW_CHECK(names_.empty() || names_.size() == config_.components.size(), "{} names",
                 names_.size());
}

void RewardWatch::count(const RewardResult& reward) {
  const bool at_floor = !(reward.score > config_.floor);
  molecules_ += 1;
  at_floor_ += at_floor;
  if (reward.transformed.size() != components_.size()) return;  // no molecule, or a table's score
  for (std::size_t i = 0; i < components_.size(); ++i) {
    OfComponent& component = components_[i];
    component.zero += !(reward.transformed[i] > 0);
    component.alone += at_floor && score_without(config_, reward.transformed, i) > config_.floor;
    const double raw = reward.raw[i];
    component.found += raw > 0;
    if (!std::isfinite(raw)) continue;
    const bool first = component.values == 0;
    component.lowest = first ? raw : std::min(component.lowest, raw);
    component.highest = first ? raw : std::max(component.highest, raw);
    component.values += 1;
  }
}

void RewardWatch::observe(std::int64_t step, const std::vector<RewardResult>& rewards) {
  if (names_.empty()) return;
  if (molecules_ == 0) first_step_ = static_cast<double>(step);
  last_step_ = static_cast<double>(step);
  for (const RewardResult& reward : rewards) count(reward);
  if (step % kInterval != 0) return;
  last_findings_ = findings();
  warn(last_findings_);
  clear();
}

std::vector<std::string> RewardWatch::at_end() {
  const std::vector<std::string> found = molecules_ > 0 ? findings() : last_findings_;
  warn(found);
  return found;
}

void RewardWatch::warn(const std::vector<std::string>& findings) {
  if (has_warned_ || findings.empty()) return;
  has_warned_ = true;
  for (const std::string& finding : findings) spdlog::warn("{}", finding);
}

void RewardWatch::clear() {
  molecules_ = at_floor_ = 0;
  components_.assign(names_.size(), {});
}

std::vector<std::string> RewardWatch::findings() const {
  std::vector<std::string> list;
  if (molecules_ == 0) return list;
  const bool is_at_floor = at_floor_ >= kFloorFraction * molecules_;
  if (is_at_floor) list.push_back(floor_finding());
  for (std::size_t i = 0; i < components_.size(); ++i) {
    const OfComponent& component = components_[i];
    if (!is_required_pattern(config_.components[i]) || component.found > 0) continue;
    list.push_back(fmt::format(
        "None of the {:.0f} molecules of steps {:.0f} to {:.0f} has the pattern that component "
        "'{}' requires: the fragments may be unable to build it. A vocabulary that has it "
        "(environment.vocabulary) or a scaffold with it (--start-from) can; see "
        "docs/steering.md, \"Require\".",
        molecules_, first_step_, last_step_, names_[i]));
  }
  return list;
}

std::string RewardWatch::floor_finding() const {
  std::vector<std::size_t> order(components_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {
      return std::pair(components_[i].alone, components_[i].zero);
    };
    return key(a) > key(b);
  });
  std::string text = fmt::format(
      "{} of the {:.0f} molecules of steps {:.0f} to {:.0f} score the floor (reward.floor = {}): "
      "there is next to nothing to learn from.",
      percent(at_floor_, molecules_), molecules_, first_step_, last_step_, config_.floor);
  for (const std::size_t i : order) {
    const OfComponent& component = components_[i];
    const double most = std::max(component.alone, component.zero);
    if (most > kSmallFraction * molecules_) text += " " + describe(i);
  }
  const std::string advice = order.empty() ? "" : remedy(order.front());
  return advice.empty() ? text : text + " " + advice;
}

std::string RewardWatch::describe(std::size_t index) const {
  const OfComponent& component = components_[index];
  std::string text =
      fmt::format("'{}' is 0 for {} of them, and it alone keeps {} at the floor", names_[index],
                  percent(component.zero, molecules_), percent(component.alone, molecules_));
  if (component.values == 0) return text + " (no raw value for any).";
  const std::string range =
      component.lowest == component.highest
          ? fmt::format("raw value always {:.4g}", component.lowest)
          : fmt::format("raw values {:.4g} to {:.4g}", component.lowest, component.highest);
  const double missing = molecules_ - component.values;
  const std::string without = missing > 0 ? fmt::format(", none for {:.0f}", missing) : "";
  return text + fmt::format(" ({}{}).", range, without);
}

std::string RewardWatch::remedy(std::size_t index) const {
  const ComponentConfig& component = config_.components[index];
  if (!is_required_pattern(component)) {
    return fmt::format(
        "Choose a transform of '{}' that tells these values apart, or one that never gives 0 (type "
        "= \"scale\" with lower = 0.1); docs/rewards.md.",
        names_[index]);
  }
  if (components_[index].found == 0) return "";  // reported below
  if (!has_memory_) {
    return fmt::format(
        "The few molecules with the pattern of '{}' have to be learned from again: "
        "exploration.replay.batch_size = 64 and exploration.replay.priority = \"top\"; or begin "
        "with a scaffold that has it (--start-from); docs/steering.md, \"Require\".",
        names_[index]);
  }
  return fmt::format(
      "The run remembers the few with the pattern of '{}' and may yet learn it; if not, begin with "
      "a scaffold that has it (--start-from); docs/steering.md, \"Require\".",
      names_[index]);
}

void RewardWatch::save(SafetensorsFile& file) const {
  std::vector<double> numbers = {first_step_, last_step_, molecules_, at_floor_,
                                 has_warned_ ? 1.0 : 0.0};
  for (const OfComponent& c : components_) {
    numbers.insert(numbers.end(), {c.zero, c.alone, c.found, c.lowest, c.highest, c.values});
  }
  file.tensors[kKey] =
      TensorData::from_doubles({static_cast<std::int64_t>(numbers.size())}, numbers.data());
  file.metadata[kKey] = nlohmann::json(last_findings_).dump();
}

void RewardWatch::load(const SafetensorsFile& file) {
  const auto found = file.tensors.find(kKey);
  const auto findings = file.metadata.find(kKey);
  if (found == file.tensors.end() || findings == file.metadata.end()) return;
  const double* numbers = found->second.doubles(kKey);
  const auto size = static_cast<std::int64_t>(5 + kNumbers * components_.size());
  const nlohmann::json texts = parse_json(findings->second);
  const bool is_list = texts.is_array() && std::all_of(texts.begin(), texts.end(),
                                                       [](const auto& t) { return t.is_string(); });
  if (found->second.num_elements() != size || !is_list) user_error("'{}' is damaged", kKey);
  first_step_ = numbers[0], last_step_ = numbers[1], molecules_ = numbers[2];
  at_floor_ = numbers[3], has_warned_ = numbers[4] != 0;
  for (std::size_t i = 0; i < components_.size(); ++i) {
    const double* n = numbers + 5 + kNumbers * i;
    components_[i] = {n[0], n[1], n[2], n[3], n[4], n[5]};
  }
  last_findings_ = texts.get<std::vector<std::string>>();
}

}  // namespace fragflow
