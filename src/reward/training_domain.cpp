#include "src/reward/training_domain.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/descriptors.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/reward/cross_validation.hpp"

namespace fragflow {
namespace {

FeatureCounts counts_of(const RDKit::ROMol& molecule) {
  return morgan_counts(molecule, /*radius=*/2).bins;
}

std::vector<FeatureCounts> counts_of(std::span<const ParsedMolecule> molecules) {
  std::vector<FeatureCounts> counts(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) { counts[i] = counts_of(*molecules[i].molecule); }, kLongBodies);
  return counts;
}

}  // namespace

double mean_of_largest(std::span<double> values, int neighbours) {
  const std::size_t count = std::min<std::size_t>(neighbours, values.size());
  if (count == 0) return 0;
  std::partial_sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count),
                    values.end(), std::greater<>());
  return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

TrainingDomain::TrainingDomain(std::span<const std::string> canonical_smiles, int neighbours)
    : index_(counts_of(ParsedBatch(canonical_smiles).all())), neighbours_(neighbours) {
  FRAGFLOW_CHECK(neighbours >= 1 && size() >= 1, "{} neighbours of {} compounds", neighbours,
                 size());
}

std::vector<double> TrainingDomain::similarities(std::span<const ParsedMolecule> molecules) const {
  std::vector<double> result(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) {
        thread_local std::vector<double> to_compounds;
        to_compounds.resize(index_.size());
        index_.similarities(counts_of(*molecules[i].molecule), to_compounds);
        result[i] = mean_of_largest(to_compounds, neighbours_);
      },
      kLongBodies);
  return result;
}

std::vector<double> held_out_similarities(std::span<const std::string> canonical_smiles,
                                          int neighbours, std::uint64_t seed) {
  const ParsedBatch batch(canonical_smiles);
  const auto molecules = batch.all();
  const auto size = static_cast<std::int64_t>(molecules.size());
  std::vector<std::string> scaffolds(size);
  parallel_for(
      size, [&](std::int64_t i) { scaffolds[i] = murcko_scaffold(*molecules[i].molecule); },
      kLongBodies);
  const Folds folds = scaffold_folds(scaffolds, kNumFolds, seed);
  const std::vector<FeatureCounts> counts = counts_of(molecules);
  const CountIndex index(counts);
  std::vector<double> result(size, -1);
  parallel_for(
      size,
      [&](std::int64_t i) {
        thread_local std::vector<double> to_all, to_others;
        to_all.resize(size);
        index.similarities(counts[i], to_all);
        to_others.clear();
        for (std::int64_t j = 0; j < size; ++j) {
          if (folds[j] != folds[i]) to_others.push_back(to_all[j]);
        }
        if (!to_others.empty()) result[i] = mean_of_largest(to_others, neighbours);
      },
      kLongBodies);
  std::erase(result, -1);
  return result;
}

}  // namespace fragflow
