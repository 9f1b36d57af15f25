// International Chemical Identifiers (InChI) made into molecules by the library of the InChI Trust.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace RDKit {
class RWMol;
}

namespace fragflow {

inline constexpr std::size_t kMaxInchiLength = 3000;

// Of a standard InChI ("InChI=1S/...") or another of version 1: sanitised, with its charges and all
// of its parts, without stereochemistry and isotopes, which this program drops. Metals come without
// bonds to other atoms, as InChI writes them. Null if it is none, or has more than kMaxHeavyAtoms
// (chem/standardise.hpp), or if the library finds no structure that has this InChI; reason says
// why. Thread-safe; the library works for one thread at a time, 0.1 to 1 ms a molecule.
std::unique_ptr<RDKit::RWMol> parse_inchi(std::string_view text, std::string& reason);

}  // namespace fragflow
