#include "src/chem/qed.hpp"

#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/Descriptors/MolSurf.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/RingInfo.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <cmath>
#include <vector>

#include "src/base/object_pool.hpp"
#include "src/chem/fast/calc_clogp.hpp"
#include "src/chem/fast/calc_num_rotatable_bonds.hpp"
#include "src/chem/fast/pattern_screen.hpp"
#include "src/chem/hydrogens.hpp"
#include "src/chem/qed_patterns.hpp"

namespace fragflow {
namespace {

// Asymmetric double sigmoid fitted to the histogram of one property of oral drugs, and the weight
// of the property (Bickerton et al. 2012, supplementary tables; values as in RDKit's QED.py).
struct Desirability {
  double a, b, c, d, e, f, maximum, weight;

  // In (0, 1].
  double operator()(double x) const {
    const double rise = 1 + std::exp(-(x - c + d / 2) / e);
    const double fall = 1 + std::exp(-(x - c - d / 2) / f);
    return (a + b / rise * (1 - 1 / fall)) / maximum;
  }
};

constexpr Desirability kMolecularWeight = {2.817065973, 392.5754953, 290.7489764, 2.419764353,
                                           49.22325677, 65.37051707, 104.9805561, 0.66};
constexpr Desirability kLogP = {3.172690585, 137.8624751, 2.534937431, 4.581497897,
                                0.822739154, 0.576295591, 131.3186604, 0.46};
constexpr Desirability kHba = {2.948620388, 160.4605972, 3.615294657, 4.435986202,
                               0.290141953, 1.300669958, 148.7763046, 0.05};
constexpr Desirability kHbd = {1.618662227, 1010.051101, 0.985094388, 0.000000001,
                               0.713820843, 0.920922555, 258.1632616, 0.61};
constexpr Desirability kTpsa = {1.876861559, 125.2232657, 62.90773554, 87.83366614,
                                12.01999824, 28.51324732, 104.5686167, 0.06};
constexpr Desirability kRotatableBonds = {0.010000000, 272.4121427, 2.558379970, 1.565547684,
                                          1.271567166, 2.758063707, 105.4420403, 0.65};
constexpr Desirability kAromaticRings = {3.217788970, 957.7374108, 2.274627939, 0.000000001,
                                         1.317690384, 0.375760881, 312.3372610, 0.48};
constexpr Desirability kAlerts = {0.010000000, 1199.094025, -0.09002883, 0.000000001,
                                  0.185904477, 0.875193782, 417.7253140, 0.95};

std::unique_ptr<RDKit::ROMol> parse(const char* smarts) {
  return std::unique_ptr<RDKit::ROMol>(RDKit::SmartsToMol(smarts));
}

template <std::size_t N>
std::vector<std::unique_ptr<RDKit::ROMol>> parse_all(const std::array<const char*, N>& patterns) {
  std::vector<std::unique_ptr<RDKit::ROMol>> result;
  for (const char* pattern : patterns) result.push_back(parse(pattern));
  return result;
}

std::vector<const RDKit::ROMol*> pointers(
    const std::vector<std::unique_ptr<RDKit::ROMol>>& patterns) {
  std::vector<const RDKit::ROMol*> result;
  for (const auto& pattern : patterns) result.push_back(pattern.get());
  return result;
}

// [A;R][!a]: a ring atom that is not aromatic, singly bonded to an atom that is not aromatic.
bool is_aliphatic_ring_atom(const RDKit::ROMol& molecule, const RDKit::Atom& atom) {
  if (atom.getIsAromatic() || molecule.getRingInfo()->numAtomRings(atom.getIdx()) == 0)
    return false;
  for (const RDKit::Bond* bond : molecule.atomBonds(&atom)) {
    const bool single = bond->getBondType() == RDKit::Bond::SINGLE;
    if (single && !bond->getOtherAtom(&atom)->getIsAromatic()) return true;
  }
  return false;
}

// Number of rings without the aliphatic ring atoms: of independent cycles of the graph, bonds -
// atoms + connected parts.
int count_aromatic_rings(const RDKit::ROMol& molecule) {
  std::vector<int> part(molecule.getNumAtoms());  // union-find parents; -1: excluded
  const auto root = [&](int atom) {
    while (part[atom] != atom) atom = part[atom] = part[part[atom]];
    return atom;
  };
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const int index = static_cast<int>(atom->getIdx());
    part[index] = is_aliphatic_ring_atom(molecule, *atom) ? -1 : index;
  }
  int rings = 0;
  for (const RDKit::Bond* bond : molecule.bonds()) {
    const int a = static_cast<int>(bond->getBeginAtomIdx());
    const int b = static_cast<int>(bond->getEndAtomIdx());
    if (part[a] < 0 || part[b] < 0) continue;
    const int root_a = root(a), root_b = root(b);
    // Every bond either joins two parts or closes a ring.
    if (root_a == root_b) ++rings;
    part[root_a] = root_b;
  }
  return rings;
}

}  // namespace

double qed_score(const QedProperties& p) {
  const std::array<std::pair<const Desirability*, double>, 8> terms = {{
      {&kMolecularWeight, p.molecular_weight},
      {&kLogP, p.logp},
      {&kHba, p.hba},
      {&kHbd, p.hbd},
      {&kTpsa, p.tpsa},
      {&kRotatableBonds, p.rotatable_bonds},
      {&kAromaticRings, p.aromatic_rings},
      {&kAlerts, p.alerts},
  }};
  double log_sum = 0, weight_sum = 0;
  for (const auto& [desirability, value] : terms) {
    log_sum += desirability->weight * std::log((*desirability)(value));
    weight_sum += desirability->weight;
  }
  return std::exp(log_sum / weight_sum);
}

// Acceptors first, then alerts.
struct Qed::Patterns {
  std::vector<std::unique_ptr<RDKit::ROMol>> patterns = parse_all(qed::kAcceptors);
  int num_acceptors = static_cast<int>(patterns.size());
  std::unique_ptr<PatternScreen> screen;
  CrippenLogP logp;

  Patterns() {
    for (auto& alert : parse_all(qed::kAlerts)) patterns.push_back(std::move(alert));
    screen = std::make_unique<PatternScreen>(pointers(patterns));
  }
};

class Qed::Pool : public ObjectPool<Patterns> {
  using ObjectPool::ObjectPool;
};

Qed::Qed() : pool_(std::make_unique<Pool>([] { return std::make_unique<Patterns>(); })) {}
Qed::~Qed() = default;

QedProperties Qed::properties(const RDKit::ROMol& input) const {
  namespace rd = RDKit::Descriptors;
  // Removing hydrogens sanitises again, a tenth of the time, and most molecules need none of it.
  std::unique_ptr<RDKit::ROMol> reduced;
  if (has_hydrogen_atoms(input)) reduced.reset(RDKit::MolOps::removeHs(input));
  const RDKit::ROMol* molecule = reduced ? reduced.get() : &input;
  const auto patterns = pool_->borrow();
  QedProperties result;
  result.molecular_weight = rd::calcAMW(*molecule);
  result.logp = patterns->logp(*molecule);
  result.tpsa = rd::calcTPSA(*molecule);
  result.hbd = rd::calcNumHBD(*molecule);
  result.rotatable_bonds = fast_num_rotatable_bonds(*molecule);
  std::vector<RDKit::MatchVectType> matches;
  RDKit::MatchVectType match;
  for (const int k : patterns->screen->candidates(*molecule)) {
    const RDKit::ROMol& pattern = *patterns->patterns[k];
    if (k < patterns->num_acceptors) {
      result.hba += RDKit::SubstructMatch(*molecule, pattern, matches);
    } else {
      result.alerts += RDKit::SubstructMatch(*molecule, pattern, match) ? 1 : 0;
    }
  }
  result.aromatic_rings = count_aromatic_rings(*molecule);
  return result;
}

}  // namespace fragflow
