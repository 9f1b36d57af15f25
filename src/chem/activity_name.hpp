// The meaning of a column's values according to its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/chem/activity_units.hpp"

namespace fragflow {

struct ActivityName {
  enum class Role {
    kPotency,        // "pIC50", "pChEMBL Value", "-log Ki (M)", "log(1/IC50)"
    kConcentration,  // "IC50", "Ki (nM)"; "exp_mean [nM]"
    kLogarithm,      // of a concentration: "log10_IC50_nM", "LN_IC50", "logKi"
    kPercentage,     // "% inhibition at 10 uM", "Inhibition_10uM", "inh [10 uM]"
    kSpread,         // an error, a limit or a fit parameter: "pIC50_std", "IC50 SEM", "Hill slope"
    kCount,          // "n", "num_replicates"
    kOther
  };
  Role role = Role::kOther;
  // The unit stated: of the values for kConcentration and kPercentage (which then has two
  // meanings); of the concentration under the logarithm for kLogarithm and kPotency. The
  // concentration at which something was measured ("at 10 uM") does not count.
  std::optional<ActivityUnit> unit;
  double decades = 0;     // kLogarithm: see ActivityUnit
  bool quantity = false;  // it names IC50, Ki or a similar quantity
};

ActivityName read_activity_name(std::string_view name);

// The unit of the values, if the name alone says it: "IC50 (nM)", "ki_uM", "log Ki (nM)"; "pIC50",
// "EGFR pKi", "-log IC50 (M)".
std::optional<ActivityUnit> unit_in_name(std::string_view name);

// True for "IC50", "Ki (nM)" and other names of concentrations.
bool names_concentration(std::string_view name);

// The words and numbers of a name in lower case: "IC50 relation", "Ki_uM", "inh [10 uM]". Compound
// words ("logIC50", "10uM") are split. Also "%", and a plus-minus sign as "+-".
std::vector<std::string> words_of_name(std::string_view name);

}  // namespace fragflow
