// Automorphisms of a molecular graph and isomorphisms between two, by VF2.
#pragma once

#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// All bijections from the atoms of `pattern` to the atoms of `target` that keep element, charge,
// total hydrogen count, aromaticity, bond types and atom_class (same length as the atoms; pass
// zeros if unused). result[k][a] is the atom of target for atom a of pattern. At most `limit` are
// returned; more means result.size() == limit.
std::vector<std::vector<int>> isomorphisms(const RDKit::ROMol& pattern,
                                           const std::vector<int>& pattern_class,
                                           const RDKit::ROMol& target,
                                           const std::vector<int>& target_class, std::size_t limit);

}  // namespace fragflow
