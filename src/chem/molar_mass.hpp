// Molar masses of compounds as weighed.
#pragma once

#include <string_view>

namespace fragflow {

struct Standardised;

// Average molar mass in g/mol, by RDKit: of the standardised molecule, which must exist; if `read`,
// the cell it was made from, has several parts (a salt, water), of all of them. 0 if those cannot
// be read.
double mass_as_weighed(const Standardised& molecule, std::string_view read);

}  // namespace fragflow
