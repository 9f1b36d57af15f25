#include "src/chem/mobile_hydrogens.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <optional>

#include "src/base/out_of_memory.hpp"

namespace fragflow {
namespace {

// Maximum number of candidates per molecule.
constexpr int kMostCandidates = 500;

int double_bonds(const RDKit::ROMol& molecule, const RDKit::Atom* atom) {
  int count = 0;
  for (const RDKit::Bond* bond : molecule.atomBonds(atom)) {
    count += bond->getBondType() == RDKit::Bond::DOUBLE ? 1 : 0;
  }
  return count;
}

int valence(const RDKit::ROMol& molecule, const RDKit::Atom* atom) {
  double sum = atom->getNumExplicitHs();
  for (const RDKit::Bond* bond : molecule.atomBonds(atom)) sum += bond->getBondTypeAsDouble();
  return static_cast<int>(sum);
}

// Whether double bonds can shift through the atom: one double bond at carbon or nitrogen.
bool is_on_the_way(const RDKit::ROMol& molecule, const RDKit::Atom* atom) {
  const int usual = atom->getAtomicNum() == 6 ? 4 : atom->getAtomicNum() == 7 ? 3 : 0;
  return usual > 0 && atom->getFormalCharge() == 0 && double_bonds(molecule, atom) == 1 &&
         valence(molecule, atom) == usual;
}

const RDKit::Atom* double_partner(const RDKit::ROMol& molecule, const RDKit::Atom* atom) {
  for (const RDKit::Bond* bond : molecule.atomBonds(atom)) {
    if (bond->getBondType() == RDKit::Bond::DOUBLE) return bond->getOtherAtom(atom);
  }
  return nullptr;
}

// The shortest path from `donor` to `acceptor` along alternating single and double bonds; empty if
// there is none.
std::vector<unsigned> alternating_path(const RDKit::ROMol& molecule, unsigned donor,
                                       unsigned acceptor) {
  constexpr int kUnseen = -1;
  std::vector<int> before(molecule.getNumAtoms(), kUnseen),
      between(molecule.getNumAtoms(), kUnseen);
  before[donor] = static_cast<int>(donor);
  std::deque<unsigned> queue = {donor};
  while (!queue.empty() && before[acceptor] == kUnseen) {
    const RDKit::Atom* from = molecule.getAtomWithIdx(queue.front());
    queue.pop_front();
    for (const RDKit::Bond* bond : molecule.atomBonds(from)) {
      if (bond->getBondType() != RDKit::Bond::SINGLE) continue;
      const RDKit::Atom* middle = bond->getOtherAtom(from);
      if (!is_on_the_way(molecule, middle)) continue;
      const RDKit::Atom* next = double_partner(molecule, middle);
      if (before[next->getIdx()] != kUnseen) continue;
      if (next->getIdx() != acceptor && !is_on_the_way(molecule, next)) continue;
      before[next->getIdx()] = static_cast<int>(from->getIdx());
      between[next->getIdx()] = static_cast<int>(middle->getIdx());
      queue.push_back(next->getIdx());
    }
  }
  if (before[acceptor] == kUnseen) return {};
  std::vector<unsigned> path = {acceptor};
  while (path.back() != donor) {
    const unsigned at = path.back();
    path.push_back(static_cast<unsigned>(between[at]));
    path.push_back(static_cast<unsigned>(before[at]));
  }
  std::vector<unsigned> sorted = path;
  std::sort(sorted.begin(), sorted.end());
  const bool is_simple = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  std::reverse(path.begin(), path.end());
  return is_simple ? path : std::vector<unsigned>();
}

// The molecule with a hydrogen moved from `donor` to `acceptor`; null if there is no path.
std::unique_ptr<RDKit::RWMol> moved(const RDKit::RWMol& molecule, unsigned donor,
                                    unsigned acceptor) {
  const std::vector<unsigned> path = alternating_path(molecule, donor, acceptor);
  if (path.empty()) return nullptr;
  auto copy = std::make_unique<RDKit::RWMol>(molecule);
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    copy->getBondBetweenAtoms(path[i], path[i + 1])
        ->setBondType(i % 2 == 0 ? RDKit::Bond::DOUBLE : RDKit::Bond::SINGLE);
  }
  RDKit::Atom *from = copy->getAtomWithIdx(donor), *to = copy->getAtomWithIdx(acceptor);
  from->setNumExplicitHs(from->getNumExplicitHs() - 1);
  to->setNumExplicitHs(to->getNumExplicitHs() + 1);
  return copy;
}

// ---- preferred structures

bool has_nitrogen(const RDKit::ROMol& molecule, const RDKit::Atom* carbon) {
  for (const RDKit::Atom* neighbour : molecule.atomNeighbors(carbon)) {
    if (neighbour->getAtomicNum() == 7) return true;
  }
  return false;
}

// The score of a double bond that is not aromatic.
int worth_of(const RDKit::ROMol& molecule, const RDKit::Bond* bond) {
  const RDKit::Atom *carbon = bond->getBeginAtom(), *other = bond->getEndAtom();
  if (other->getAtomicNum() == 6) std::swap(carbon, other);
  if (carbon->getAtomicNum() != 6) return 0;
  const bool beside_nitrogen = has_nitrogen(molecule, carbon);
  switch (other->getAtomicNum()) {
    case 8:
      return beside_nitrogen ? 12 : 6;  // C=O of an amide, of a vinylogous one
    case 16:
      return beside_nitrogen ? 8 : 4;
    case 7: {
      const bool in_ring = molecule.getRingInfo()->numAtomRings(carbon->getIdx()) > 0;
      const bool leaves_ring = in_ring && molecule.getRingInfo()->numBondRings(bond->getIdx()) == 0;
      return leaves_ring ? -6 : 0;
    }
    default:
      return 0;
  }
}

// The score of the hydrogen of an aromatic nitrogen: 1H-tetrazole, 1H-indazole, 5-substituted
// 1H-pyrazole, 4-substituted 1H-imidazole.
int worth_of_ring_hydrogen(const RDKit::ROMol& molecule, const RDKit::Atom* nitrogen) {
  int nitrogens = 0, fused = 0, substituted = 0;
  for (const RDKit::Atom* beside : molecule.atomNeighbors(nitrogen)) {
    nitrogens += beside->getAtomicNum() == 7 ? 1 : 0;
    if (beside->getAtomicNum() != 6) continue;
    fused += molecule.getRingInfo()->numAtomRings(beside->getIdx()) > 1 ? 1 : 0;
    for (const RDKit::Bond* bond : molecule.atomBonds(beside)) {
      const bool leaves = molecule.getRingInfo()->numBondRings(bond->getIdx()) == 0;
      substituted += leaves && bond->getOtherAtom(beside)->getAtomicNum() == 6 ? 1 : 0;
    }
  }
  if (nitrogens == 2) return -2;
  return nitrogens == 1 ? std::min(fused + substituted, 1) : -substituted;
}

int worth_of(const RDKit::ROMol& molecule) {
  int worth = 0;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    worth += atom->getIsAromatic() ? 20 : 0;
    const bool has_hydrogen = atom->getIsAromatic() && atom->getTotalNumHs() > 0;
    if (has_hydrogen && atom->getAtomicNum() == 7) worth += worth_of_ring_hydrogen(molecule, atom);
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    if (bond->getBondType() == RDKit::Bond::DOUBLE) worth += 2 * worth_of(molecule, bond);
  }
  return worth;
}

// Empty if RDKit rejects it.
std::optional<int> worth_if_sanitised(const RDKit::RWMol& molecule) {
  try {
    RDKit::RWMol copy(molecule);
    RDKit::MolOps::sanitizeMol(copy);
    return worth_of(copy);
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    return {};
  }
}

bool may_give(const RDKit::ROMol& molecule, const RDKit::Atom* atom) {
  return atom->getNumExplicitHs() > 0 && atom->getFormalCharge() == 0 &&
         double_bonds(molecule, atom) == 0;
}

bool may_take(const RDKit::ROMol& molecule, const RDKit::Atom* atom) {
  return atom->getFormalCharge() == 0 && double_bonds(molecule, atom) == 1;
}

struct Search {
  std::unique_ptr<RDKit::RWMol> molecule;
  int worth = 0;
  int candidates = 0;

  // Applies the best move of any hydrogen; false if no move improves the score.
  bool improve(const std::vector<MobileGroup>& groups) {
    std::unique_ptr<RDKit::RWMol> best;
    for (const MobileGroup& group : groups) {
      for (const unsigned donor : group) {
        if (!may_give(*molecule, molecule->getAtomWithIdx(donor))) continue;
        for (const unsigned acceptor : group) consider(donor, acceptor, best);
      }
    }
    if (best == nullptr) return false;
    molecule = std::move(best);
    return true;
  }

  void consider(unsigned donor, unsigned acceptor, std::unique_ptr<RDKit::RWMol>& best) {
    if (donor == acceptor || !may_take(*molecule, molecule->getAtomWithIdx(acceptor))) return;
    if (++candidates > kMostCandidates) return;
    std::unique_ptr<RDKit::RWMol> next = moved(*molecule, donor, acceptor);
    const std::optional<int> its_worth = next ? worth_if_sanitised(*next) : std::nullopt;
    if (!its_worth || *its_worth <= worth) return;
    worth = *its_worth;
    best = std::move(next);
  }
};

}  // namespace

std::unique_ptr<RDKit::RWMol> place_mobile_hydrogens(const std::vector<MobileGroup>& groups,
                                                     std::unique_ptr<RDKit::RWMol> molecule) {
  for (const MobileGroup& group : groups) {
    for (const unsigned atom : group) {
      if (atom >= molecule->getNumAtoms()) return molecule;
    }
  }
  const std::optional<int> worth = worth_if_sanitised(*molecule);
  if (!worth) return molecule;
  Search search{std::move(molecule), *worth};
  while (search.improve(groups)) {
  }
  return std::move(search.molecule);
}

}  // namespace fragflow
