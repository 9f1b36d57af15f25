#include "src/chem/activity_units.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numbers>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;

// Prefixes, abbreviated and in full, in multiples of nano.
struct Prefix {
  std::string_view symbol, name;
  double nano;
};
constexpr std::array<Prefix, 6> kPrefixes = {{{"f", "femto", 1e-6},
                                              {"p", "pico", 1e-3},
                                              {"n", "nano", 1},
                                              {"u", "micro", 1e3},
                                              {"m", "milli", 1e6},
                                              {"", "", 1e9}}};

constexpr std::array<std::string_view, 18> kQuantities = {
    "ic50", "ec50", "ac50", "xc50", "gi50", "cc50", "ed50",  "lc50",  "tc50",
    "ic90", "ec90", "ki",   "kd",   "kb",   "mic",  "mic50", "mic90", "kiapp"};

constexpr std::array<std::string_view, 8> kMolar = {"m",      "molar",   "mol/l",   "mole/l",
                                                    "mols/l", "moles/l", "mol/dm3", "mol/litre"};

// Volumes as denominators of masses, in litres.
constexpr std::array<std::pair<std::string_view, double>, 8> kVolumes = {{{"ml", 1e-3},
                                                                          {"l", 1},
                                                                          {"ul", 1e-6},
                                                                          {"dl", 1e-1},
                                                                          {"nl", 1e-9},
                                                                          {"dm3", 1},
                                                                          {"cm3", 1e-3},
                                                                          {"m3", 1e3}}};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// "nmol l-1", "nmol.l^-1", "nmol per l" and "nmol / l" become "nmol/l".
std::string with_slash(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  replace_all(text, "^", "");
  replace_all(text, " per ", "/");
  replace_all(text, " /", "/");
  replace_all(text, "/ ", "/");
  if (text.ends_with("-1")) {
    const std::size_t gap = text.find_first_of(" .*");
    if (gap != text.npos) {
      text = text.substr(0, gap) + "/" + text.substr(gap + 1, text.size() - gap - 3);
    }
  }
  return text;
}

std::optional<ActivityUnit> find_molar(const std::string& text) {
  for (const Prefix& prefix : kPrefixes) {
    for (const std::string_view spelling : {prefix.symbol, prefix.name}) {
      if (!text.starts_with(spelling)) continue;
      const std::string_view rest = std::string_view(text).substr(spelling.size());
      if (std::find(kMolar.begin(), kMolar.end(), rest) == kMolar.end()) continue;
      return ActivityUnit{Kind::kConcentration, prefix.nano, fmt::format("{}M", prefix.symbol)};
    }
  }
  return {};
}

std::optional<ActivityUnit> find_mass(std::string text) {
  if (text.starts_with("mcg")) text.replace(0, 3, "ug");
  for (const Prefix& prefix : kPrefixes) {
    const std::string mass = fmt::format("{}g/", prefix.symbol);
    if (!text.starts_with(mass)) continue;
    for (const auto& [volume, litres] : kVolumes) {
      if (std::string_view(text).substr(mass.size()) != volume) continue;
      std::string name(volume);
      if (name.ends_with('l')) name.back() = 'L';
      return ActivityUnit{Kind::kMass, prefix.nano / litres, mass + name};
    }
  }
  return {};
}

// "log10 nM", "-ln(uM)", "neg log M".
std::optional<ActivityUnit> find_logarithm(std::string_view text) {
  double sign = 1;
  for (const std::string_view minus : {"-", "neg", "minus"}) {
    if (!text.starts_with(minus)) continue;
    sign = -1;
    text = trim(text.substr(minus.size()));
    break;
  }
  for (const std::string_view word : {"log10", "log2", "loge", "log", "lg", "ln"}) {
    if (!text.starts_with(word)) continue;
    std::string_view rest = trim(text.substr(word.size()));
    if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
    if (rest.starts_with('_')) rest.remove_prefix(1);
    const auto concentration = find_molar(with_slash(std::string(trim(rest))));
    if (concentration) return logarithm_of(*concentration, sign * *decades_of_logarithm(word));
  }
  return {};
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string result(text);
  for (const auto& [what, by] : {std::pair{"\xC2\xB5", "u"},
                                 {"\xCE\xBC", "u"},
                                 {"\xC2\xA0", " "},
                                 {"\xE2\x80\xAF", " "},
                                 {"\xE2\x88\x92", "-"},
                                 {"\xE2\x80\x93", "-"},
                                 {"\xC2\xB7", "."},
                                 {"\xE2\x8B\x85", "."},
                                 {"\xE2\x81\xBB\xC2\xB9", "-1"}}) {
    replace_all(result, what, by);
  }
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    // A lone byte B5 is Latin-1; in UTF-8 it follows another non-ASCII byte.
    const bool after_ascii = &c == result.data() || static_cast<unsigned char>(*(&c - 1)) < 0x80;
    c = byte == 0xB5 && after_ascii ? 'u' : static_cast<char>(std::tolower(byte));
  }
  return result;
}

bool is_activity_quantity(std::string_view word) {
  return std::find(kQuantities.begin(), kQuantities.end(), word) != kQuantities.end();
}

bool is_potency_quantity(std::string_view word) {
  if (word == "pchembl" || word == "pactivity" || word == "ppotency" || word == "paffinity") {
    return true;
  }
  return word.starts_with('p') && is_activity_quantity(word.substr(1));
}

std::optional<double> decades_of_logarithm(std::string_view word) {
  if (word == "log" || word == "log10" || word == "lg") return 1.0;
  if (word == "ln" || word == "loge") return std::numbers::log10e;
  if (word == "log2") return std::numbers::ln2 * std::numbers::log10e;
  return {};
}

ActivityUnit logarithm_of(const ActivityUnit& concentration, double decades) {
  FRAGFLOW_CHECK(concentration.kind == Kind::kConcentration, "a logarithm of '{}'",
                 concentration.name);
  if (decades == -1 && concentration.name == "M") return {Kind::kPotency, 0, "p"};
  const double size = std::abs(decades);
  const std::string_view word = size == 1 ? "log10" : size == std::numbers::log10e ? "ln" : "log2";
  return {Kind::kLogarithm, concentration.nanomolar,
          fmt::format("{}{} {}", decades < 0 ? "-" : "", word, concentration.name), decades};
}

ActivityUnit parse_activity_unit(std::string_view text) {
  std::string name = plain_text(trim(text));
  if (name.size() > 2 && ((name.starts_with('(') && name.ends_with(')')) ||
                          (name.starts_with('[') && name.ends_with(']')))) {
    name = std::string(trim(std::string_view(name).substr(1, name.size() - 2)));
  }
  const std::string spelled = with_slash(name);
  // A lone "m" could also be metres.
  if (trim(text) != "m") {
    if (const auto molar = find_molar(spelled)) return *molar;
  }
  if (const auto mass = find_mass(spelled)) return *mass;
  if (const auto logarithm = find_logarithm(name)) return *logarithm;
  if (name == "p" || is_potency_quantity(name) || name.starts_with("-log")) {
    return {Kind::kPotency, 0, "p"};
  }
  return {Kind::kOther, 0, std::string(trim(text))};
}

std::optional<double> to_potency(double value, const ActivityUnit& unit, double molar_mass) {
  if (unit.kind == Kind::kPotency) return value;
  if (unit.kind == Kind::kLogarithm) {
    return 9 - std::log10(unit.nanomolar) - value * unit.decades;
  }
  if (unit.kind == Kind::kOther || value <= 0) return {};
  if (unit.kind == Kind::kMass) {
    if (molar_mass <= 0) return {};
    return 9 - std::log10(value * unit.nanomolar / molar_mass);
  }
  return 9 - std::log10(value * unit.nanomolar);
}

Relation turned(Relation relation) {
  if (relation == Relation::kAbove) return Relation::kBelow;
  return relation == Relation::kBelow ? Relation::kAbove : relation;
}

Relation split_relation(std::string_view text, std::string_view& rest) {
  // At least, at most, and two signs for "about".
  static constexpr std::array<std::pair<std::string_view, Relation>, 4> kSigns = {
      {{"\xE2\x89\xA5", Relation::kAbove},
       {"\xE2\x89\xA4", Relation::kBelow},
       {"\xE2\x89\x88", Relation::kEqual},
       {"\xE2\x88\xBC", Relation::kEqual}}};
  text = trim(text);
  Relation relation = Relation::kEqual;
  const auto add = [&](Relation more) {
    const bool contradicts = is_bound(relation) && relation != more;
    relation = contradicts || relation == Relation::kUnknown ? Relation::kUnknown : more;
  };
  for (bool more = true; more;) {
    more = false;
    for (const auto& [sign, meaning] : kSigns) {
      if (!text.starts_with(sign)) continue;
      if (is_bound(meaning)) add(meaning);
      text.remove_prefix(sign.size());
      more = true;
    }
    if (!text.empty() && std::string_view("<>=~").find(text[0]) != std::string_view::npos) {
      if (text[0] == '<') add(Relation::kBelow);
      if (text[0] == '>') add(Relation::kAbove);
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
