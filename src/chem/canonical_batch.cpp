#include "src/chem/canonical_batch.hpp"

#include <GraphMol/RWMol.h>

#include "src/base/parallel.hpp"

namespace fragflow {

std::vector<CanonicalText> canonical_batch(std::span<const std::string> smiles,
                                           StandardiseCounts& counts) {
  std::vector<Standardised> standardised(smiles.size());
  parallel_for(static_cast<std::int64_t>(smiles.size()), [&](std::int64_t i) {
    standardised[i] = standardise(smiles[i]);
    standardised[i].molecule.reset();
  });
  std::vector<CanonicalText> result;
  for (Standardised& molecule : standardised) {
    molecule.count_into(counts);
    result.push_back({std::move(molecule.smiles), std::move(molecule.reason)});
  }
  return result;
}

}  // namespace fragflow
