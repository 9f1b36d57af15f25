#include "src/eval/properties.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/depiction.hpp"
#include "src/chem/qed.hpp"
#include "src/chem/sa_score.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

std::unique_ptr<RDKit::RWMol> parse(const std::string& smiles) {
  auto molecule = parse_smiles(smiles);
  FRAGFLOW_CHECK(molecule != nullptr, "RDKit refuses '{}'", smiles);
  return molecule;
}

}  // namespace

std::vector<MoleculeProperties> molecule_properties(std::span<const std::string> canonical_smiles,
                                                    Alerts alerts) {
  const Qed qed;
  const SaScore sa;
  std::optional<AlertCatalog> catalog;
  if (alerts == Alerts::kMatch) catalog.emplace(std::vector<std::string>{"brenk", "pains"});
  std::vector<MoleculeProperties> result(canonical_smiles.size());
  parallel_for(static_cast<std::int64_t>(canonical_smiles.size()), [&](std::int64_t i) {
    const auto molecule = parse(canonical_smiles[i]);
    result[i].descriptors = descriptors(*molecule);
    result[i].qed = qed(*molecule);
    result[i].sa = sa(*molecule);
    if (catalog) result[i].alerts = catalog->matches(*molecule);
  });
  return result;
}

std::vector<std::string> evenly_spaced(std::span<const std::string> canonical_smiles,
                                       std::size_t limit) {
  const std::size_t total = canonical_smiles.size(), count = std::min(total, limit);
  std::vector<std::string> chosen;
  chosen.reserve(count);
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(canonical_smiles[i * total / count]);
  return chosen;
}

std::vector<std::string> scaffolds(std::span<const std::string> canonical_smiles) {
  std::vector<std::string> result(canonical_smiles.size());
  parallel_for(static_cast<std::int64_t>(canonical_smiles.size()),
               [&](std::int64_t i) { result[i] = murcko_scaffold(*parse(canonical_smiles[i])); });
  return result;
}

std::int64_t count_scaffolds(std::span<const std::string> canonical_smiles) {
  const std::vector<std::string> all = scaffolds(canonical_smiles);
  const std::unordered_set<std::string> distinct(all.begin(), all.end());
  return static_cast<std::int64_t>(distinct.size());
}

std::vector<std::string> draw_molecules(std::span<const std::string> canonical_smiles) {
  std::vector<std::string> drawings(canonical_smiles.size());
  parallel_for(
      static_cast<std::int64_t>(canonical_smiles.size()),
      [&](std::int64_t i) { drawings[i] = depict(*parse(canonical_smiles[i])); }, /*chunk=*/1);
  return drawings;
}

double alert_fraction(std::span<const MoleculeProperties> molecules) {
  double with_alert = 0;
  for (const MoleculeProperties& molecule : molecules) with_alert += !molecule.alerts.empty();
  return with_alert / static_cast<double>(molecules.size());
}

std::vector<double> sa_values(std::span<const MoleculeProperties> molecules) {
  std::vector<double> values;
  for (const MoleculeProperties& molecule : molecules) values.push_back(molecule.sa);
  return values;
}

}  // namespace fragflow
