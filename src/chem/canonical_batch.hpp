// Applies `standardise` to many SMILES in parallel, for code that needs no molecules.
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

// One result per input, in order; adds the changes made to counts. Parallel.
std::vector<CanonicalText> canonical_batch(std::span<const std::string> smiles,
                                           StandardiseCounts& counts);

}  // namespace fragflow
