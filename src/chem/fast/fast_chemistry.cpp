#include "src/chem/fast/fast_chemistry.hpp"

#include <algorithm>
#include <bitset>

#include "src/base/check.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

std::bitset<8> left_to_rdkit;

}  // namespace

const std::vector<std::string>& accelerator_names() {
  static const std::vector<std::string> names = {
      "calc_clogp", "calc_num_rotatable_bonds", "mol_to_smiles", "pattern_screen", "smiles_to_mol"};
  return names;
}

bool is_used(Accelerator accelerator) {
  return !left_to_rdkit[static_cast<std::size_t>(accelerator)];
}

void use_rdkit_for(std::string_view names) {
  const std::vector<std::string>& known = accelerator_names();
  std::bitset<8> chosen;
  for (std::string_view left = names; !left.empty();) {
    const std::size_t comma = std::min(left.find(','), left.size());
    const std::string name(trim(left.substr(0, comma)));
    left.remove_prefix(std::min(comma + 1, left.size()));
    const auto found = std::find(known.begin(), known.end(), name);
    if (name == "all") {
      chosen.set();
    } else if (found != known.end()) {
      chosen.set(static_cast<std::size_t>(found - known.begin()));
    } else {
      user_error("FRAGFLOW_USE_RDKIT: \"{}\" is not \"all\" or some of {}{}", name, join(known),
                 did_you_mean(name, known));
    }
  }
  left_to_rdkit = chosen;
}

}  // namespace fragflow
