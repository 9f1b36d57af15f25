#include "src/chem/fast/calc_clogp.hpp"

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <numeric>
#include <optional>
#include <vector>

#include "src/base/object_pool.hpp"
#include "src/chem/fast/atom_contributions.hpp"
#include "src/chem/fast/fast_chemistry.hpp"
#include "src/chem/fast/pattern_screen.hpp"

namespace fragflow {

// The patterns in order of precedence: the first atom of the first one that matches decides.
struct CrippenLogP::Contributions {
  std::vector<std::unique_ptr<RDKit::ROMol>> patterns;
  std::vector<double> logp;
  std::unique_ptr<PatternScreen> screen;
  std::unique_ptr<AtomContributions> known;

  Contributions() {
    std::vector<const RDKit::ROMol*> pointers;
    for (const auto& entry : *RDKit::Descriptors::CrippenParamCollection::getParams()) {
      patterns.push_back(std::make_unique<RDKit::ROMol>(*entry.dp_pattern));
      logp.push_back(entry.logp);
      pointers.push_back(patterns.back().get());
    }
    screen = std::make_unique<PatternScreen>(pointers);
    known = std::make_unique<AtomContributions>(pointers);
  }
};

class CrippenLogP::Pool : public ObjectPool<Contributions> {
  using ObjectPool::ObjectPool;
};

CrippenLogP::CrippenLogP()
    : pool_(std::make_unique<Pool>([] { return std::make_unique<Contributions>(); })) {}
CrippenLogP::~CrippenLogP() = default;

double CrippenLogP::operator()(const RDKit::ROMol& molecule) const {
  if (!is_used(Accelerator::kCalcClogp)) return RDKit::Descriptors::calcClogP(molecule);
  const auto contributions = pool_->borrow();
  if (const std::optional<double> known = contributions->known->sum(molecule)) return *known;
  const std::unique_ptr<RDKit::ROMol> with_hydrogens(
      RDKit::MolOps::addHs(molecule, /*explicitOnly=*/false, /*addCoords=*/false));
  std::vector<double> of_atom(with_hydrogens->getNumAtoms(), 0.0);
  std::vector<bool> is_typed(of_atom.size(), false);
  std::size_t num_typed = 0;
  std::vector<RDKit::MatchVectType> matches;
  for (const int k : contributions->screen->candidates(*with_hydrogens)) {
    if (num_typed == of_atom.size()) break;
    RDKit::SubstructMatch(*with_hydrogens, *contributions->patterns[k], matches,
                          /*uniquify=*/false);
    for (const RDKit::MatchVectType& match : matches) {
      const int atom = match[0].second;
      if (is_typed[atom]) continue;
      is_typed[atom] = true;
      ++num_typed;
      of_atom[atom] = contributions->logp[k];
    }
  }
  contributions->known->learn(molecule, *with_hydrogens, of_atom);
  return std::accumulate(of_atom.begin(), of_atom.end(), 0.0);
}

}  // namespace fragflow
