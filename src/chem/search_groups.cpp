#include "src/chem/search_groups.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <map>

#include "src/base/parallel.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/parsed_molecule.hpp"
#include "src/chem/ring_systems.hpp"

namespace fragflow {

std::vector<FoundGroup> find_groups(std::span<const std::string> canonical_smiles) {
  const ParsedBatch batch(canonical_smiles);
  const std::span<const ParsedMolecule> molecules = batch.all();
  const std::span<const SearchGroup> groups = search_groups();
  std::vector<FoundGroup> found(groups.size());
  parallel_for(
      static_cast<std::int64_t>(groups.size()),
      [&](std::int64_t g) {
        const SmartsPattern pattern(groups[g].smarts);
        found[g].name = groups[g].name;
        for (std::size_t i = 0; i < molecules.size(); ++i) {
          if (pattern.matches(*molecules[i].molecule)) {
            found[g].molecules.push_back(static_cast<std::int64_t>(i));
          }
        }
      },
      kLongBodies);
  std::erase_if(found, [](const FoundGroup& group) { return group.molecules.empty(); });
  return found;
}

std::vector<FoundGroup> find_ring_systems(std::span<const std::string> canonical_smiles) {
  const ParsedBatch batch(canonical_smiles);
  std::map<std::string, std::vector<std::int64_t>> systems;
  for (std::size_t i = 0; i < batch.all().size(); ++i) {
    const RDKit::ROMol& molecule = *batch.all()[i].molecule;
    for (const std::vector<int>& system : ring_systems(molecule)) {
      std::vector<std::int64_t>& owners = systems[RDKit::MolFragmentToSmiles(molecule, system)];
      if (owners.empty() || owners.back() != static_cast<std::int64_t>(i)) {
        owners.push_back(static_cast<std::int64_t>(i));
      }
    }
  }
  std::vector<FoundGroup> found;
  for (auto& [smiles, owners] : systems) found.push_back({smiles, std::move(owners)});
  std::stable_sort(found.begin(), found.end(), [](const FoundGroup& a, const FoundGroup& b) {
    return a.molecules.size() > b.molecules.size();
  });
  return found;
}

}  // namespace fragflow
