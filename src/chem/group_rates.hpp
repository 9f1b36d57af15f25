// Fractions of molecules with groups that uncritical joining of fragments produces.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fragflow {

// (name, fraction of the molecules that have the group), in a fixed order: N-C-O at a saturated
// carbon, N-N and O-O outside rings, N-halogen, sulfonyl S-H, C(=O)-H, thiol. SMILES that cannot be
// parsed are ignored. NaN for no molecules.
std::vector<std::pair<std::string, double>> group_rates(const std::vector<std::string>& smiles);

}  // namespace fragflow
