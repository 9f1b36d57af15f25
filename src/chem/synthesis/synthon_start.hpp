// A given intermediate as the synthon that every route contains.
#pragma once

#include <string>

#include "src/chem/vocabulary.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

// smiles: a compound whose reactive groups the reactions of the vocabulary know, or, where it can
// be several synthons, "COMPOUND>>SYNTHON" with [*] at the slots of the synthon. Of several the one
// with the most slots is taken, and the log says which others there are. Throws UserError that
// starts with `where` if there is none.
FragmentSpec start_synthon(const Vocabulary& vocabulary, const std::string& smiles,
                           const std::string& where);

}  // namespace fragflow
