// Converts International Chemical Identifiers (InChI) to molecules by the InChI Trust's library.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace RDKit {
class RWMol;
}

namespace fragflow {

inline constexpr std::size_t kMaxInchiLength = 3000;

// For a standard InChI ("InChI=1S/...") or another of version 1: sanitised, with its charges and
// all parts, without stereochemistry and isotopes, which this program drops. Metals have no bonds
// to other atoms, as in InChI. Null if it is not an InChI, has more than kMaxHeavyAtoms
// (chem/standardise.hpp), or if the library finds no structure with this InChI; reason says why.
// Thread-safe; the library is serialised and takes 0.1 to 1 ms per molecule.
std::unique_ptr<RDKit::RWMol> parse_inchi(std::string_view text, std::string& reason);

}  // namespace fragflow
