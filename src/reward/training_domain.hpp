// Similarity of a molecule to a model's training compounds, as a measure of its applicability.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/count_index.hpp"
#include "src/chem/parsed_molecule.hpp"

namespace fragflow {

// The mean Tanimoto similarity (Morgan counts of radius 2, 2048 bins) to the most similar
// compounds.
class TrainingDomain {
 public:
  // neighbours: number of compounds to average, at least 1; all of them if there are fewer. The
  // SMILES are canonical, distinct and at least one.
  TrainingDomain(std::span<const std::string> canonical_smiles, int neighbours);

  // One value in [0, 1] per molecule. Parallel.
  std::vector<double> similarities(std::span<const ParsedMolecule> molecules) const;

  std::int64_t size() const { return index_.size(); }

 private:
  CountIndex index_;
  int neighbours_;
};

// The mean of the `neighbours` largest values (of all, if fewer; 0 for none). Reorders them.
double mean_of_largest(std::span<double> values, int neighbours);

// The same similarity of every compound to those of other scaffold folds (cross_validation.hpp):
// how similar new series of the same origin are to known ones. Compounds with none in other folds
// are left out, so that the result may be empty.
std::vector<double> held_out_similarities(std::span<const std::string> canonical_smiles,
                                          int neighbours, std::uint64_t seed);

}  // namespace fragflow
