// Many SMILES through `standardise` at once, for code that needs no molecules.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/chem/standardise.hpp"

namespace fragflow {

struct CanonicalText {
  std::string smiles;  // canonical; empty: rejected
  std::string reason;  // why it was rejected
};

// One result per input, in order; adds what was changed to counts. Parallel.
std::vector<CanonicalText> canonical_batch(std::span<const std::string> smiles,
                                           StandardiseCounts& counts);

}  // namespace fragflow
