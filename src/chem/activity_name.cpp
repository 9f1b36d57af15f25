#include "src/chem/activity_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;
using Role = ActivityName::Role;

struct Word {
  std::string text;
  std::size_t begin = 0, end = 0;  // in the plain text
  bool is_number() const {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
  }
};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 5> kJoinedUnits = {"nm", "um", "pm", "mm", "m"};

constexpr std::array<std::string_view, 12> kPercentageWords = {
    "%",   "percent",   "percentage", "pct",       "inhibition", "inhib",
    "inh", "remaining", "residual",   "viability", "activation", "efficacy"};

constexpr std::array<std::string_view, 27> kSpreadWords = {
    "sd",     "std",   "stdev",       "stddev",   "stderr", "sem",   "se",  "err",      "error",
    "errors", "dev",   "deviation",   "variance", "var",    "cv",    "rsd", "ci",       "ci95",
    "lower",  "upper", "uncertainty", "sigma",    "hill",   "slope", "r2",  "rsquared", "+-"};

constexpr std::array<std::string_view, 8> kCountWords = {
    "count", "counts", "num", "number", "reps", "nobs", "replicates", "repeats"};

// Names of amounts that are concentrations but not potencies.
constexpr std::array<std::string_view, 15> kOtherAmounts = {
    "solubility", "sol",          "conc",      "concentration", "concentrations",
    "dose",       "atp",          "substrate", "cmax",          "exposure",
    "plasma",     "permeability", "clearance", "tested",        "logs"};

constexpr std::array<std::string_view, 8> kActivityWords = {
    "activity", "potency", "affinity", "value", "mean", "exp", "median", "result"};

bool is_joined_unit(std::string_view word) { return is_one_of(word, kJoinedUnits); }

// Splits "logic50" into log and ic50, "10um" into 10 and um, "ic50nm" into ic50 and nm.
std::vector<std::string> parted(const std::string& word) {
  for (const std::string_view minus : {"neg", "minus"}) {
    if (word.size() > minus.size() && word.starts_with(minus)) {
      std::vector<std::string> rest = parted(word.substr(minus.size()));
      if (decades_of_logarithm(rest.front())) {
        rest.insert(rest.begin(), std::string(minus));
        return rest;
      }
    }
  }
  for (const std::string_view log : {"log10", "log2", "loge", "log", "lg", "ln"}) {
    if (!word.starts_with(log)) continue;
    const std::string rest = word.substr(log.size());
    if (is_activity_quantity(rest) || is_joined_unit(rest)) return {std::string(log), rest};
    if (rest.size() > 2 && is_joined_unit(rest.substr(rest.size() - 2)) &&
        is_activity_quantity(rest.substr(0, rest.size() - 2))) {
      return {std::string(log), rest.substr(0, rest.size() - 2), rest.substr(rest.size() - 2)};
    }
  }
  const auto letter =
      std::find_if(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
  const std::string digits(word.begin(), letter), letters(letter, word.end());
  if (!digits.empty() && (is_joined_unit(letters) || letters == "nmol" || letters == "umol" ||
                          letters == "ug" || letters == "ng" || letters == "mg")) {
    return {digits, letters};
  }
  if (word.size() > 3) {
    const std::string front = word.substr(0, word.size() - 2), back = word.substr(word.size() - 2);
    if (is_joined_unit(back) && (is_activity_quantity(front) || is_potency_quantity(front))) {
      return {front, back};
    }
  }
  return {word};
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    const auto is_letter = [&](std::size_t k) {
      return k < text.size() && std::isalnum(static_cast<unsigned char>(text[k])) != 0;
    };
    const auto is_digit = [&](std::size_t k) {
      return k < text.size() && std::isdigit(static_cast<unsigned char>(text[k])) != 0;
    };
    for (const std::string_view sign : {"\xC2\xB1", "+/-", "+-"}) {
      if (!text.substr(i).starts_with(sign)) continue;
      words.push_back({"+-", i, i + sign.size()});
      i += sign.size() - 1;
      break;
    }
    if (text[i] == '%') words.push_back({"%", i, i + 1});
    if (!is_letter(i)) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (is_letter(end) || (text[end < text.size() ? end : i] == '.' && end > i &&
                              is_digit(end - 1) && is_digit(end + 1))) {
      ++end;
    }
    for (std::string& part : parted(std::string(text.substr(i, end - i)))) {
      const std::size_t length = part.size();
      words.push_back({std::move(part), i, i + length});
      i += length;
    }
  }
  return words;
}

class NameReader {
 public:
  explicit NameReader(std::string_view name)
      : text_(plain_text(trim(name))), words_(words_of(text_)) {}

  ActivityName read() {
    ActivityName result;
    const bool potency = has([](const Word& word) { return is_potency_quantity(word.text); }) ||
                         says_p_of_quantity() || names_minus_log_molar();
    result.quantity =
        potency || has([](const Word& word) { return is_activity_quantity(word.text); });
    if (has([](const Word& word) { return is_one_of(word.text, kSpreadWords); }) &&
        !says_standard_value()) {
      result.role = Role::kSpread;
      return result;
    }
    if (says_count()) {
      result.role = Role::kCount;
      return result;
    }
    const bool percentage =
        has([](const Word& word) { return is_one_of(word.text, kPercentageWords); }) &&
        (!result.quantity || text_.starts_with('%') || text_.starts_with("percent"));
    const auto logarithm = find_logarithm();
    result.unit = find_unit(result.quantity, logarithm.has_value());
    if (percentage) {
      result.role = Role::kPercentage;
    } else if (potency) {
      result.role = Role::kPotency;
    } else if (logarithm && (result.quantity || says_activity() || says_log_of_unit_only())) {
      result.role = Role::kLogarithm;
      result.decades = *logarithm;
      // "-log IC50" is a p-unit, whatever unit the values have.
      if (result.decades == -1 && result.quantity) result.role = Role::kPotency;
    } else if (result.quantity || (result.unit && !logarithm && !says_other_amount())) {
      result.role = Role::kConcentration;
    } else {
      result.unit.reset();
    }
    return result;
  }

 private:
  template <typename Predicate>
  bool has(Predicate&& predicate) const {
    return std::any_of(words_.begin(), words_.end(), predicate);
  }
  bool has_word(std::string_view text) const {
    return has([&](const Word& word) { return word.text == text; });
  }
  std::string_view gap_before(std::size_t i) const {
    const std::size_t from = i == 0 ? 0 : words_[i - 1].end;
    return std::string_view(text_).substr(from, words_[i].begin - from);
  }

  // "p(IC50)", "p-Ki".
  bool says_p_of_quantity() const {
    for (std::size_t i = 1; i < words_.size(); ++i) {
      if (words_[i - 1].text == "p" && is_activity_quantity(words_[i].text) &&
          gap_before(i).size() <= 1) {
        return true;
      }
    }
    return false;
  }

  // "-log M", "(-log10[M])": the last word of the name.
  bool names_minus_log_molar() const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (words_[i].text.starts_with("log") && is_negated(i) && words_[i + 1].text == "m") {
        return true;
      }
    }
    return false;
  }

  // A minus sign or the word before word i, or an inverse after it.
  bool is_negated(std::size_t i) const {
    if (i > 0 && (words_[i - 1].text == "neg" || words_[i - 1].text == "negative" ||
                  words_[i - 1].text == "minus")) {
      return true;
    }
    // In "EGFR-logKi" and "EGFR - logKi" the dash separates words.
    const std::string_view gap = trim(gap_before(i));
    if (gap.ends_with('-')) {
      const std::string_view before = trim(gap.substr(0, gap.size() - 1));
      const bool touches = gap_before(i).ends_with('-') && gap_before(i).size() > 1;
      if (i == 0 || touches || before.find_first_of("([=:") != before.npos) return true;
    }
    return i + 2 < words_.size() && words_[i + 1].text == "1" &&
           gap_before(i + 2).find('/') != std::string_view::npos;
  }

  // Decades per unit of the value.
  std::optional<double> find_logarithm() const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (const auto decades = decades_of_logarithm(words_[i].text)) {
        return is_negated(i) ? -*decades : *decades;
      }
    }
    return {};
  }

  // "std value" means standard value.
  bool says_standard_value() const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (words_[i].text == "std" &&
          (words_[i + 1].text == "value" || words_[i + 1].text == "type")) {
        return true;
      }
    }
    return false;
  }

  // "n", but not "n=3".
  bool says_count() const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (is_one_of(words_[i].text, kCountWords)) return true;
      if (words_[i].text != "n") continue;
      if (i + 1 == words_.size() || !words_[i + 1].is_number()) return true;
    }
    return false;
  }

  bool says_activity() const {
    return !says_other_amount() &&
           has([](const Word& word) { return is_one_of(word.text, kActivityWords); });
  }
  bool says_other_amount() const {
    return has([](const Word& word) { return is_one_of(word.text, kOtherAmounts); });
  }
  // "log10 nM"
  bool says_log_of_unit_only() const {
    return std::all_of(words_.begin(), words_.end(), [](const Word& word) {
      return decades_of_logarithm(word.text) || is_joined_unit(word.text) || word.text == "neg" ||
             word.text == "minus";
    });
  }

  bool is_bracketed(std::size_t first, std::size_t last) const {
    const std::size_t from = words_[first].begin, to = words_[last].end;
    const std::string_view before = trim(std::string_view(text_).substr(0, from));
    const std::string_view after = trim(std::string_view(text_).substr(to));
    return (before.ends_with('(') && after.starts_with(')')) ||
           (before.ends_with('[') && after.starts_with(']'));
  }

  // "at 10 uM", "inh [10 uM]", "Inhibition_10uM": the number makes it the unit of a condition. In
  // "IC50_2_nM" the number counts columns.
  bool is_condition(std::size_t first, bool quantity) const {
    if (first == 0 || !words_[first - 1].is_number()) return false;
    const std::string_view gap = gap_before(first);
    if (gap.find_first_of("()[]") != std::string_view::npos) return false;
    const bool at = (first > 1 && words_[first - 2].text == "at") ||
                    gap_before(first - 1).find('@') != std::string_view::npos;
    return !quantity || at || gap.find('_') == std::string_view::npos;
  }

  // Short units may be words with another meaning: "room m".
  bool is_clear(const std::string& unit, std::size_t first, std::size_t last,
                bool logarithm) const {
    if (is_bracketed(first, last)) return true;
    const bool ends = last + 1 == words_.size();
    if (unit == "m") return logarithm && ends;
    if (first == 0 && ends) return false;  // the name is nothing but a unit
    return unit.size() > 2 || unit == "nm" || unit == "um" || ends;
  }

  // The single unit of the values; a unit in brackets is preferred.
  std::optional<ActivityUnit> find_unit(bool quantity, bool logarithm) const {
    constexpr std::size_t kLongest = 4;  // "ug ml -1": words to a unit
    std::vector<ActivityUnit> plain, bracketed;
    for (std::size_t first = 0; first < words_.size(); ++first) {
      for (std::size_t length = std::min(kLongest, words_.size() - first); length > 0; --length) {
        const std::size_t last = first + length - 1;
        const std::string spelled =
            text_.substr(words_[first].begin, words_[last].end - words_[first].begin);
        // The plain text has only lower case: a lone "m" represents M here.
        const ActivityUnit unit = parse_activity_unit(spelled == "m" ? "M" : spelled);
        if (unit.kind != Kind::kConcentration && unit.kind != Kind::kMass) continue;
        if (!is_condition(first, quantity) && is_clear(spelled, first, last, logarithm)) {
          (is_bracketed(first, last) ? bracketed : plain).push_back(unit);
        }
        first = last;
        break;
      }
    }
    const std::vector<ActivityUnit>& found = bracketed.empty() ? plain : bracketed;
    if (found.empty()) return {};
    const bool one = std::all_of(found.begin(), found.end(), [&](const ActivityUnit& unit) {
      return unit.name == found.front().name;
    });
    return one ? std::optional(found.front()) : std::nullopt;
  }

  std::string text_;
  std::vector<Word> words_;
};

}  // namespace

ActivityName read_activity_name(std::string_view name) { return NameReader(name).read(); }

std::optional<ActivityUnit> unit_in_name(std::string_view name) {
  const ActivityName read = read_activity_name(name);
  switch (read.role) {
    case Role::kPotency:
      return ActivityUnit{Kind::kPotency, 0, "p"};
    case Role::kConcentration:
      return read.unit;
    case Role::kLogarithm:
      if (!read.unit || read.unit->kind != Kind::kConcentration) return {};
      return logarithm_of(*read.unit, read.decades);
    default:
      return {};
  }
}

bool names_concentration(std::string_view name) {
  const ActivityName read = read_activity_name(name);
  return read.quantity && (read.role == Role::kConcentration || read.role == Role::kLogarithm);
}

std::vector<std::string> words_of_name(std::string_view name) {
  std::vector<std::string> words;
  for (Word& word : words_of(plain_text(trim(name)))) words.push_back(std::move(word.text));
  return words;
}

}  // namespace fragflow
