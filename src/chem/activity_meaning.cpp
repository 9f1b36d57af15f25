#include "src/chem/activity_meaning.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;
using Role = ActivityName::Role;

// The usual range of potencies of a table, and their typical value.
constexpr double kUsualLow = 3, kUsualHigh = 11, kUsual = 6.5, kNearlyAll = 0.9;

// Plausibility that no alternative may reach if the most likely meaning is to be unique.
constexpr double kHalf = 0.5;

// Units whose logarithms are in use.
constexpr std::array<std::string_view, 3> kMolar = {"nM", "uM", "M"};

// Potencies under a given meaning; invalid ones are dropped.
std::vector<double> potencies(std::span<const double> values, const ActivityUnit& unit) {
  std::vector<double> result;
  for (const double value : values) {
    if (const auto potency = to_potency(value, unit)) result.push_back(*potency);
  }
  std::sort(result.begin(), result.end());
  return result;
}

bool fits(std::span<const double> values, const ActivityUnit& unit, double share = kNearlyAll) {
  const std::vector<double> read = potencies(values, unit);
  const auto usual = std::count_if(read.begin(), read.end(), [](double potency) {
    return potency >= kUsualLow && potency <= kUsualHigh;
  });
  return static_cast<double>(usual) >= share * static_cast<double>(values.size());
}

struct Reading {
  std::string units;  // in the syntax of --units
  ActivityUnit unit;
  double low = 0, high = 0, distance = 0;  // of the potencies; of their median from the usual
};

// Those of `units` that are plausible, the most likely first.
std::vector<Reading> fitting(std::span<const double> values, const std::vector<std::string>& units,
                             double share = kNearlyAll) {
  std::vector<Reading> found;
  if (values.empty()) return found;
  for (const std::string& text : units) {
    Reading reading{text, parse_activity_unit(text)};
    if (!fits(values, reading.unit, share)) continue;
    const std::vector<double> read = potencies(values, reading.unit);
    reading.low = read.front();
    reading.high = read.back();
    reading.distance = std::abs(quantile(read, 0.5) - kUsual);
    found.push_back(std::move(reading));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Reading& a, const Reading& b) { return a.distance < b.distance; });
  return found;
}

std::string in_words(const std::vector<Reading>& readings) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> parts;
  for (const Reading& reading : readings) {
    if (parts.size() == kMost) break;
    const bool quoted = reading.units.find_first_of(" -") != std::string::npos;
    parts.push_back(fmt::format("--units {}{}{} (then potencies of {:.1f} to {:.1f})",
                                quoted ? "'" : "", reading.units, quoted ? "'" : "", reading.low,
                                reading.high));
  }
  return join(parts, " or ");
}

// A unit that suits nearly all values, if no other suits even half of them.
std::optional<Reading> only_reading(std::span<const double> values,
                                    const std::vector<std::string>& units) {
  const std::vector<Reading> possible = fitting(values, units, kHalf);
  if (possible.size() != 1 || !fits(values, possible[0].unit)) return {};
  return possible[0];
}

class Meaning {
 public:
  explicit Meaning(const ActivityQuestion& question)
      : question_(question), name_(read_activity_name(question.column)) {}

  ActivityMeaning find() const {
    if (question_.units == "none") return without_unit("--units");
    if (question_.units != "auto") return as_told();
    switch (name_.role) {
      case Role::kPotency:
        return of_potency();
      case Role::kLogarithm:
        return of_logarithm();
      case Role::kPercentage:
        return of_percentage();
      default:
        break;
    }
    if (name_.role == Role::kConcentration && name_.unit) return of_name(*name_.unit);
    if (const auto unit = unit_of_row()) return with_unit(*unit, kRowReason);
    if (question_.has_unit_column) return {};
    if (question_.has_unit_in_cells) return without_unit("what stands behind the numbers");
    if (name_.quantity && name_.role == Role::kConcentration) ask_unit();
    return {};
  }

 private:
  static ActivityMeaning with_unit(ActivityUnit unit, std::string reason) {
    ActivityMeaning meaning;
    meaning.unit = std::move(unit);
    meaning.reason = std::move(reason);
    return meaning;
  }
  static ActivityMeaning without_unit(std::string reason) {
    ActivityMeaning meaning;
    meaning.reason = std::move(reason);
    return meaning;
  }

  static constexpr const char* kRowReason = "the row of units under the header";

  std::optional<ActivityUnit> unit_of_row() const {
    const ActivityUnit unit = parse_activity_unit(question_.unit_row);
    return unit.kind == Kind::kOther ? std::nullopt : std::optional(unit);
  }

  std::string name_reason() const {
    return fmt::format("the name of the column '{}'", question_.column);
  }

  ActivityMeaning of_name(ActivityUnit unit, const std::string& and_what = "") const {
    return with_unit(std::move(unit), name_reason() + and_what);
  }

  ActivityMeaning of_values(const Reading& reading) const {
    return of_name(reading.unit, fmt::format(" and its values, potencies of {:.1f} to {:.1f}",
                                             reading.low, reading.high));
  }

  ActivityMeaning as_told() const {
    const ActivityUnit unit = parse_activity_unit(question_.units);
    if (unit.kind == Kind::kOther) {
      user_error(
          "--units {}: expected nM, uM, mM, M, pM, ug/mL and the like, p (for pIC50 and its kin), "
          "'log nM', 'ln uM', '-log nM' and the like, or none",
          question_.units);
    }
    if (name_.role == Role::kPercentage && !name_.unit) {
      user_error(
          "{}: '{}' is a percentage by its name, and --units {} would take it for a concentration; "
          "give --units none and --direction higher or --direction lower, or name the column "
          "otherwise",
          question_.source, question_.column, question_.units);
    }
    if (name_.role == Role::kLogarithm && unit.kind == Kind::kConcentration) {
      const ActivityUnit logarithm = logarithm_of(unit, name_.decades);
      if (question_.values.empty() || fits(question_.values, logarithm) ||
          !fits(question_.values, unit)) {
        return with_unit(logarithm, fmt::format("--units, and {}, a logarithm", name_reason()));
      }
    }
    return with_unit(unit, "--units");
  }

  // "pIC50 (nM)" and "-log Ki (nM)" may be p-units, or the logarithm of what the name says.
  ActivityMeaning of_potency() const {
    const ActivityUnit p = parse_activity_unit("p");
    if (!name_.unit || name_.unit->kind != Kind::kConcentration || name_.unit->name == "M") {
      return of_name(p);
    }
    const std::string other = "-log " + name_.unit->name;
    if (const auto one = only_reading(question_.values, {"p", other})) return of_values(*one);
    const std::vector<Reading> readings = fitting(question_.values, {"p", other}, kHalf);
    user_error(
        "{}: '{}' may be -log10 of a molar concentration or of one in {}; give {}",
        question_.source, question_.column, name_.unit->name,
        readings.empty() ? fmt::format("--units p or --units '{}'", other) : in_words(readings));
  }

  ActivityMeaning of_logarithm() const {
    if (name_.unit) {
      if (name_.unit->kind == Kind::kConcentration) {
        return of_name(logarithm_of(*name_.unit, name_.decades));
      }
      user_error(
          "{}: '{}' is the logarithm of a mass in a volume, which is not converted; give the "
          "column without the logarithm, or --units none and --direction higher or --direction "
          "lower",
          question_.source, question_.column);
    }
    if (const auto unit = unit_of_row()) {
      const bool molar = unit->kind == Kind::kConcentration;
      return with_unit(molar ? logarithm_of(*unit, name_.decades) : *unit, kRowReason);
    }
    if (question_.has_unit_column) {
      ActivityMeaning meaning;
      meaning.decades = name_.decades;
      return meaning;
    }
    const double size = std::abs(name_.decades);
    const std::string word = fmt::format("{}{} ", name_.decades < 0 ? "-" : "",
                                         size == 1    ? "log"
                                         : size > 0.4 ? "ln"
                                                      : "log2");
    std::vector<std::string> units;
    for (const std::string_view molar : kMolar) units.push_back(word + std::string(molar));
    if (const auto one = only_reading(question_.values, units)) return of_values(*one);
    std::vector<Reading> readings = fitting(question_.values, units, kHalf);
    // The name says that it is a logarithm, the option of what.
    for (Reading& reading : readings) reading.units = reading.units.substr(word.size());
    user_error("{}: nothing says of which unit '{}' is the logarithm; give {}", source(), column(),
               readings.empty() ? "--units nM, uM or M" : in_words(readings));
  }

  ActivityMeaning of_percentage() const {
    if (name_.unit) {
      user_error(
          "{}: '{}' may be percentages or concentrations in {}; give --units none and --direction "
          "higher or --direction lower, or --units {}",
          source(), column(), name_.unit->name, name_.unit->name);
    }
    ActivityMeaning meaning;
    meaning.is_percentage = true;
    return meaning;
  }

  [[noreturn]] void ask_unit() const {
    const std::vector<Reading> readings =
        fitting(question_.values, {"nM", "uM", "mM", "M", "pM", "p", "log nM", "log uM", "log M"});
    user_error(
        "{}: nothing says in which unit '{}' is; give --units nM, uM, mM, M or pM, or --units p "
        "for -log10 of a molar concentration{}",
        source(), column(),
        readings.empty() ? "" : "; the values would suit " + in_words(readings));
  }

  const std::string& source() const { return question_.source; }
  const std::string& column() const { return question_.column; }

  const ActivityQuestion& question_;
  ActivityName name_;
};

bool is_class_word(std::string_view text) {
  static const std::set<std::string, std::less<>> kWords = {
      "active",   "inactive",  "yes",         "no",           "true",   "false",
      "positive", "negative",  "high",        "low",          "medium", "weak",
      "strong",   "toxic",     "nontoxic",    "inconclusive", "hit",    "nonhit",
      "binder",   "nonbinder", "unspecified", "moderate"};
  std::string key;
  for (const char c : plain_text(text)) {
    if (c != ' ' && c != '-' && c != '_') key += c;
  }
  return kWords.contains(key);
}

// "'Active' (40 rows), 'Inactive' (32)": the five most frequent.
std::string counts_in_words(const std::map<std::string, std::int64_t>& counts) {
  constexpr std::size_t kMost = 5;
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (const auto& [text, count] : sorted) {
    if (parts.size() == kMost) break;
    parts.push_back(fmt::format("'{}' {}", text, count));
  }
  return join(parts);
}

}  // namespace

ActivityMeaning find_meaning(const ActivityQuestion& question) { return Meaning(question).find(); }

ActivityUnit unit_beside(std::string_view text, std::string_view type_text, double decades) {
  ActivityUnit unit = parse_activity_unit(text);
  const ActivityName type = read_activity_name(type_text);
  if (unit.kind == Kind::kConcentration) {
    if (decades != 0) return logarithm_of(unit, decades);
    if (type.role == Role::kLogarithm) return logarithm_of(unit, type.decades);
    if (type.role == Role::kPotency || type.role == Role::kPercentage) {
      return {Kind::kOther, 0, fmt::format("{} in {}", trim(type_text), unit.name)};
    }
  }
  const auto of_type = unit_in_name(type_text);
  return unit.name.empty() && of_type ? *of_type : unit;
}

ActivityUnit unit_with_own(const ActivityUnit& unit, std::string_view own_text, bool has_scale) {
  if (own_text.empty()) return unit;
  ActivityUnit own = parse_activity_unit(own_text);
  if (own.name == "%" && unit.kind == Kind::kOther) return unit;
  if (!has_scale) return {Kind::kOther, 0, std::string(own_text)};
  if (unit.kind == Kind::kLogarithm && own.kind == Kind::kConcentration) {
    return logarithm_of(own, unit.decades);
  }
  return own;
}

std::string fitting_units(std::span<const double> values) {
  return in_words(fitting(values, {"nM", "uM", "p", "M", "pM", "mM", "-log nM", "-log uM", "log nM",
                                   "log uM", "log M"}));
}

void refuse_classes(std::span<const std::string_view> texts, std::span<const double> values,
                    bool numbers_wanted, const std::string& source, const std::string& column) {
  constexpr std::size_t kFewClasses = 5, kEnough = 10;
  std::map<std::string, std::int64_t> counts;
  std::size_t words = 0;
  for (const std::string_view text : texts) {
    ++counts[std::string(text)];
    words += is_class_word(text) ? 1 : 0;
  }
  const bool mostly_texts = texts.size() > values.size();
  const bool few = counts.size() >= 2 && counts.size() <= kFewClasses && texts.size() >= kEnough &&
                   values.empty();
  if (mostly_texts && (2 * words > texts.size() || few)) {
    user_error(
        "{}: '{}' holds classes ({}), and what is learned here is a measured number; give a column "
        "of potencies or concentrations with --target, or write the classes as numbers (1 and 0) "
        "and give --units none --direction higher",
        source, column, counts_in_words(counts));
  }
  const std::set<double> distinct(values.begin(), values.end());
  const bool whole = std::all_of(distinct.begin(), distinct.end(), [](double value) {
    return value == std::round(value) && std::abs(value) <= 2;
  });
  if (!numbers_wanted && values.size() >= kEnough && distinct.size() == 2 && whole) {
    user_error(
        "{}: '{}' holds only the numbers {} and {}, as classes do, and what is learned here is a "
        "measured number; give a column of potencies or concentrations with --target, or --units "
        "none to learn the two numbers as they stand",
        source, column, *distinct.begin(), *distinct.rbegin());
  }
}

}  // namespace fragflow
