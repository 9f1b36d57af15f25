#include "src/chem/activity_units.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>
#include <vector>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;

// Prefixes of a molar concentration and their size in nM.
constexpr std::array<std::pair<std::string_view, double>, 6> kConcentrations = {
    {{"fM", 1e-6}, {"pM", 1e-3}, {"nM", 1.0}, {"uM", 1e3}, {"mM", 1e6}, {"M", 1e9}}};

constexpr std::array<std::string_view, 10> kQuantities = {"ic50", "ec50", "ac50", "xc50", "gi50",
                                                          "cc50", "ed50", "ki",   "kd",   "kb"};

// Lower case; the micro sign and the Greek mu, in UTF-8 or Latin-1, become u.
std::string plain(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((c == 0xC2 && next == 0xB5) || (c == 0xCE && next == 0xBC)) {
      result += 'u';
      ++i;
    } else {
      result += c == 0xB5 ? 'u' : static_cast<char>(std::tolower(c));
    }
  }
  return result;
}

// The letters and digits between other characters.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : plain(text)) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_quantity(std::string_view word) {
  return std::find(kQuantities.begin(), kQuantities.end(), word) != kQuantities.end();
}

bool is_potency(std::string_view word) {
  if (word == "pchembl" || word == "pactivity" || word == "ppotency") return true;
  return word.starts_with('p') && is_quantity(word.substr(1));
}

// "nm", "nmol/l", "nmol.l-1", "nanomolar"; nothing else.
const std::pair<std::string_view, double>* find_concentration(const std::string& text) {
  static constexpr std::array<std::string_view, 6> kNames = {"femto", "pico",  "nano",
                                                             "micro", "milli", ""};
  for (std::size_t k = 0; k < kConcentrations.size(); ++k) {
    const std::string symbol = plain(kConcentrations[k].first);
    const std::string prefix = symbol.substr(0, symbol.size() - 1);
    for (const std::string& spelling : {symbol, prefix + "mol/l", prefix + "mol.l-1",
                                        prefix + "mol l-1", std::string(kNames[k]) + "molar"}) {
      if (text == spelling) return &kConcentrations[k];
    }
  }
  return nullptr;
}

}  // namespace

ActivityUnit parse_activity_unit(std::string_view text) {
  const std::string name = plain(trim(text));
  // A lone "m" would be as likely metres.
  const auto* concentration = trim(text) == "m" ? nullptr : find_concentration(name);
  if (concentration != nullptr) {
    return {Kind::kConcentration, concentration->second, std::string(concentration->first)};
  }
  if (name == "p" || is_potency(name) || name.starts_with("-log")) return {Kind::kPotency, 0, "p"};
  return {Kind::kOther, 0, std::string(trim(text))};
}

std::optional<ActivityUnit> unit_in_name(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  const std::string text = plain(trim(name));
  if (std::any_of(words.begin(), words.end(), is_potency) ||
      (text.starts_with("-log") && text != "-log")) {
    return ActivityUnit{Kind::kPotency, 0, "p"};
  }
  if (words.size() < 2) return {};
  // A last letter M is the unit only in brackets: "IC50 [M]".
  const bool bracketed = text.ends_with(')') || text.ends_with(']');
  const std::string last =
      words.back() == "l" && words.size() > 2 ? words[words.size() - 2] + "/l" : words.back();
  if (last == "m" && !bracketed) return {};
  const auto* concentration = find_concentration(last);
  if (concentration == nullptr) return {};
  return ActivityUnit{Kind::kConcentration, concentration->second,
                      std::string(concentration->first)};
}

bool names_concentration(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  return std::any_of(words.begin(), words.end(), is_quantity);
}

std::optional<double> to_potency(double value, const ActivityUnit& unit) {
  if (unit.kind == Kind::kPotency) return value;
  if (unit.kind == Kind::kOther || value <= 0) return {};
  return 9 - std::log10(value * unit.nanomolar);
}

Relation split_relation(std::string_view text, std::string_view& rest) {
  static constexpr std::array<std::string_view, 2> kSigns = {"\xE2\x89\xA5", "\xE2\x89\xA4"};
  text = trim(text);
  Relation relation = Relation::kEqual;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view sign : kSigns) {
      if (!text.starts_with(sign)) continue;
      relation = Relation::kCensored;
      text.remove_prefix(sign.size());
      more = true;
    }
    if (!text.empty() && std::string_view("<>=~").find(text[0]) != std::string_view::npos) {
      if (text[0] == '<' || text[0] == '>') relation = Relation::kCensored;
      text.remove_prefix(1);
      more = true;
    }
  }
  rest = trim(text);
  return relation;
}

Relation read_relation(std::string_view text) {
  text = trim(text);
  while (text.starts_with('\'') || text.starts_with('"')) text.remove_prefix(1);
  while (text.ends_with('\'') || text.ends_with('"')) text.remove_suffix(1);
  std::string_view rest;
  const Relation relation = split_relation(text, rest);
  return rest.empty() ? relation : Relation::kUnknown;
}

}  // namespace fragflow
