// Units and relations of measured activities, as tables write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fragflow {

// Activities are learned as potencies, -log10 of a molar concentration ("p-units": pIC50, pKi);
// what is no concentration is learned as it is.
struct ActivityUnit {
  enum class Kind { kPotency, kConcentration, kOther };
  Kind kind = Kind::kOther;
  double nanomolar = 0;  // kConcentration: one unit in nM
  std::string name;      // "p", "nM", "uM", ... or the text itself
};

// "nM", "uM" (also with a Greek mu in UTF-8 or Latin-1), "mM", "M", "pM", "nmol/L", ... in any
// case; "p", "pIC50" and the like, and "-Log10 M" mean p-units.
ActivityUnit parse_activity_unit(std::string_view text);

// What a column's name says: "IC50 (nM)", "ki_uM"; "pIC50", "EGFR pKi", "pChEMBL Value",
// "-log IC50". Nothing if it names no unit.
std::optional<ActivityUnit> unit_in_name(std::string_view name);

// True for "IC50", "Ki (nM)" and other names of concentrations.
bool names_concentration(std::string_view name);

// The value in p-units: 9 - log10(value in nM). Nothing for a concentration that is not positive,
// and for kOther.
std::optional<double> to_potency(double value, const ActivityUnit& unit);

// No -log10 of a measured molar concentration lies outside.
inline constexpr double kMinPotency = 0.0, kMaxPotency = 15.0;

enum class Relation { kEqual, kCensored, kUnknown };

// The relation in front of a number: ">= 10" is censored with the rest "10"; "~ 5" counts as equal.
// A view into text is written to rest.
Relation split_relation(std::string_view text, std::string_view& rest);

// A relation alone, also within quotes as ChEMBL writes it: "'>'". Nothing means equal.
Relation read_relation(std::string_view text);

}  // namespace fragflow
