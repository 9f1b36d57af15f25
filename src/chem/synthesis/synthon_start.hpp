// Converts a given intermediate to a synthon that every route contains.
#pragma once

#include <string>

#include "src/chem/vocabulary.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

// smiles: a compound whose reactive groups occur in the reactions of the vocabulary or, if it can
// become several synthons, "COMPOUND>>SYNTHON" with [*] at the slots of the synthon. Otherwise, of
// several, the one with the most slots is used and the others are logged. Throws UserError starting
// with `where` if there is none.
FragmentSpec start_synthon(const Vocabulary& vocabulary, const std::string& smiles,
                           const std::string& where);

}  // namespace fragflow
