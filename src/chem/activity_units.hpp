// Units and relations of measured activities, as written in tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fragflow {

// Activities are converted to potencies, -log10 of a molar concentration ("p-units": pIC50, pKi);
// values that are not concentrations are kept as they are.
struct ActivityUnit {
  enum class Kind { kPotency, kConcentration, kMass, kLogarithm, kOther };
  Kind kind = Kind::kOther;
  // kConcentration: one unit in nM. kLogarithm: one unit of the concentration under the logarithm.
  // kMass (mass of compound per volume): one unit in nM, for a compound of 1 g/mol.
  double nanomolar = 0;
  std::string name;  // "p", "nM", "ug/mL", "log10 nM", "-ln uM", ... or the text itself
  // kLogarithm: decades of concentration per unit of the value: 1 for log10, 0.434 for ln; negative
  // for -log10.
  double decades = 0;

  // True if a higher value is a lower potency.
  bool falls() const {
    return kind == Kind::kConcentration || kind == Kind::kMass ||
           (kind == Kind::kLogarithm && decades > 0);
  }
};

// "nM", "uM" (also with a Greek mu in UTF-8 or Latin-1), "mM", "M", "pM", "nmol/L", ... in any
// case; "ug/mL", "mg L-1", ...; "log nM", "ln uM", "-log10 nM"; "p", "pIC50" and the like, and
// "-log10 M" mean p-units.
ActivityUnit parse_activity_unit(std::string_view text);

// The unit of the logarithm of a kConcentration (decades: see ActivityUnit): p-units for -log10 M.
ActivityUnit logarithm_of(const ActivityUnit& concentration, double decades);

// Decades of the argument per unit of the logarithm that a word means: 1 for "log", "log10", "lg";
// also for "ln", "loge"; "log2". Empty for other words.
std::optional<double> decades_of_logarithm(std::string_view word);

// "ic50", "ki", ... in lower case.
bool is_activity_quantity(std::string_view word);
// "pic50", "pki", "pchembl", ...
bool is_potency_quantity(std::string_view word);

// Lower case; the micro sign and the Greek mu, in UTF-8 or Latin-1, become u; dashes, dots and
// spaces outside ASCII become ASCII ones.
std::string plain_text(std::string_view text);

// The value in p-units: 9 - log10(value in nM). Empty for a concentration that is not positive, for
// kOther, and for kMass without the molar mass of the compound (g/mol).
std::optional<double> to_potency(double value, const ActivityUnit& unit, double molar_mass = 0);

// The plausible range of -log10 of a measured molar concentration.
inline constexpr double kMinPotency = 0.0, kMaxPotency = 15.0;

// kAbove and kBelow: a bound, the value is above or below the number.
enum class Relation { kEqual, kAbove, kBelow, kUnknown };

inline bool is_bound(Relation relation) {
  return relation == Relation::kAbove || relation == Relation::kBelow;
}
// Swaps kAbove and kBelow: the bound of a decreasing function of the value.
Relation turned(Relation relation);

// The relation before a number: ">= 10" is kAbove with the rest "10"; "~ 5" counts as equal, "<> 5"
// is kUnknown. rest becomes a view into text.
Relation split_relation(std::string_view text, std::string_view& rest);

// A relation by itself, also within quotes as in ChEMBL: "'>'". The empty text means equal.
Relation read_relation(std::string_view text);

}  // namespace fragflow
