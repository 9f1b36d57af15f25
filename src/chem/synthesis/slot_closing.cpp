#include "src/chem/synthesis/slot_closing.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <algorithm>
#include <bit>
#include <set>

#include "src/base/check.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

using Molecule = std::unique_ptr<RDKit::RWMol>;

// Isotopes: dummy atoms have the number of their slot, from 1; the partner atom joined to slot k
// has kFirstAtom + k + 1, its other atoms kOtherAtom.
constexpr unsigned kFirstAtom = kPartnerIsotope, kOtherAtom = 2 * kPartnerIsotope;

RDKit::Atom* dummy_of(RDKit::RWMol& molecule, unsigned isotope) {
  for (RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() == 0 && atom->getIsotope() == isotope) return atom;
  }
  return nullptr;
}

// A user's role may leave the dummy isolated: such a synthon is useless, and rejected later.
bool is_at_an_end(const RDKit::Atom* dummy) { return dummy != nullptr && dummy->getDegree() == 1; }

RDKit::Atom* neighbour(RDKit::RWMol& molecule, const RDKit::Atom* atom) {
  return *molecule.atomNeighbors(atom).begin();
}

// Updates the molecule after a bond to a dummy atom was changed to one to another atom, or back:
// valences, aromaticity and hydrogens are unchanged.
void update(RDKit::RWMol& molecule) {
  molecule.updatePropertyCache(false);
  RDKit::MolOps::symmetrizeSSSR(molecule);
  RDKit::MolOps::setConjugation(molecule);
  RDKit::MolOps::setHybridization(molecule);
}

// The smallest synthon of the role among the worked examples; null if there is none.
std::shared_ptr<const RDKit::RWMol> example_of(const ReactionEngine& engine, int role) {
  std::shared_ptr<const RDKit::RWMol> best;
  std::pair<int, std::string> best_rank;
  for (const Reaction& reaction : engine.list().reactions) {
    for (int side = 0; side < 2; ++side) {
      if (reaction.roles[side] != role) continue;
      for (const auto& example : reaction.examples) {
        const auto reactant = parse_smiles(example[side]);
        if (!reactant) continue;
        auto made = engine.synthons(role, *reactant);
        if (made.size() != 1 || !is_at_an_end(dummy_of(*made[0], 0))) continue;
        const std::pair rank(std::popcount(engine.groups(*made[0])), canonical_smiles(*made[0]));
        if (best && std::tuple(best_rank.first, best_rank.second.size(), best_rank.second) <=
                        std::tuple(rank.first, rank.second.size(), rank.second)) {
          continue;
        }
        best = std::move(made[0]);
        best_rank = rank;
      }
    }
  }
  return best;
}

}  // namespace

std::vector<std::vector<SlotClosing>> slot_closings(const ReactionEngine& engine) {
  const ReactionList& list = engine.list();
  std::vector<std::shared_ptr<const RDKit::RWMol>> examples;
  for (int role = 0; role < static_cast<int>(list.roles.size()); ++role) {
    examples.push_back(example_of(engine, role));
  }
  std::vector<std::vector<SlotClosing>> closings(list.roles.size());
  for (int r = 0; r < static_cast<int>(list.reactions.size()); ++r) {
    const auto& roles = list.reactions[r].roles;
    for (int side = 0; side < 2; ++side) {
      auto& of_role = closings[roles[side]];
      const auto& partner = examples[roles[1 - side]];
      const auto known = std::find_if(of_role.begin(), of_role.end(),
                                      [&](const SlotClosing& c) { return c.partner == partner; });
      (known == of_role.end() ? of_role.emplace_back(SideMask(), partner) : *known)
          .sides.set(side_bit(r, side));
    }
  }
  return closings;
}

Molecule close_slot(const RDKit::RWMol& synthon, int slot, const RDKit::RWMol* partner) {
  auto closed = std::make_unique<RDKit::RWMol>(synthon);
  if (partner == nullptr) return closed;
  RDKit::RWMol marked(*partner);
  RDKit::Atom* cap = dummy_of(marked, 0);
  FRAGFLOW_CHECK(is_at_an_end(cap), "a synthon without a slot");
  const unsigned first = neighbour(marked, cap)->getIdx(), end = cap->getIdx();
  for (RDKit::Atom* atom : marked.atoms()) {
    if (atom->getIdx() != end) atom->setIsotope(kOtherAtom);
  }
  marked.getAtomWithIdx(first)->setIsotope(kFirstAtom + static_cast<unsigned>(slot) + 1);

  RDKit::Atom* open = dummy_of(*closed, static_cast<unsigned>(slot) + 1);
  if (!is_at_an_end(open)) return closed;
  const unsigned from = neighbour(*closed, open)->getIdx(), gone = open->getIdx();
  const unsigned offset = closed->getNumAtoms();
  closed->insertMol(marked);
  closed->addBond(from, offset + first, RDKit::Bond::SINGLE);
  closed->removeAtom(offset + end);
  closed->removeAtom(gone);
  update(*closed);
  return closed;
}

Molecule open_slots(const RDKit::RWMol& closed) {
  auto opened = std::make_unique<RDKit::RWMol>(closed);
  bool has_changed = false;
  opened->beginBatchEdit();
  for (RDKit::Atom* atom : opened->atoms()) {
    if (atom->getIsotope() < kFirstAtom) continue;
    has_changed = true;
    if (atom->getIsotope() == kOtherAtom) {
      opened->removeAtom(atom);
      continue;
    }
    atom->setIsotope(atom->getIsotope() - kFirstAtom);
    atom->setAtomicNum(0);
    atom->setIsAromatic(false);
    atom->setFormalCharge(0);
    atom->setNumExplicitHs(0);
    atom->setNoImplicit(true);
  }
  opened->commitBatchEdit();
  if (has_changed) update(*opened);
  return opened;
}

}  // namespace fragflow
