#include "src/chem/fast/atom_contributions.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/QueryAtom.h>
#include <GraphMol/QueryBond.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <algorithm>
#include <memory>

#include "src/base/check.hpp"
#include "src/chem/fast/query_invariants.hpp"
#include "src/chem/hydrogens.hpp"

namespace fragflow {
namespace {

// Bounds the memory; when exceeded the cache is cleared.
constexpr std::size_t kMaxSurroundings = 1 << 15;

// RDKit's ranges do not work with the standard algorithms.
template <typename Range, typename Predicate>
bool any_of(Range range, const Predicate& predicate) {
  for (const auto* object : range) {
    if (predicate(*object)) return true;
  }
  return false;
}

bool matches(const RDKit::Atom& query, const RDKit::Atom& atom) {
  return !query.hasQuery() || query.getQuery()->Match(&atom);
}

// Example hydrogens of several kinds.
const RDKit::ROMol& hydrogens() {
  static const std::unique_ptr<RDKit::ROMol> molecule = [] {
    const std::unique_ptr<RDKit::ROMol> heavy(RDKit::SmilesToMol("CCO.N.S.c1ccccc1.[NH4+].[SiH4]"));
    return std::unique_ptr<RDKit::ROMol>(RDKit::MolOps::addHs(*heavy));
  }();
  return *molecule;
}

bool may_be_hydrogen(const RDKit::Atom& query) {
  return any_of(hydrogens().atoms(), [&](const RDKit::Atom& atom) {
    return atom.getAtomicNum() == 1 && matches(query, atom);
  });
}

bool is_only_hydrogen(const RDKit::Atom& query) {
  return query.hasQuery() && !query.getQuery()->getNegation() &&
         query.getQuery()->getDescription() == "AtomAtomicNum" && may_be_hydrogen(query);
}

bool reads_only_keys(const RDKit::ROMol& pattern) {
  const auto reads_more = [](const auto& object) {
    return object.hasQuery() && !reads_only_the_invariant(*object.getQuery());
  };
  return !any_of(pattern.atoms(), reads_more) && !any_of(pattern.bonds(), reads_more);
}

// A pattern viewed from the atom that it decides about, or from the neighbour of this hydrogen.
struct Reach {
  const RDKit::Atom* centre;
  int bonds;  // its radius from there
  int branches;
};

Reach reach_of(const RDKit::ROMol& pattern) {
  const RDKit::Atom* root = pattern.getAtomWithIdx(0);
  const RDKit::Atom* centre = root;
  if (is_only_hydrogen(*root) && root->getDegree() == 1) {
    centre = *pattern.atomNeighbors(root).begin();
  }
  const bool from_hydrogen = centre != root;
  const double* distance = RDKit::MolOps::getDistanceMat(pattern) +
                           static_cast<std::size_t>(centre->getIdx()) * pattern.getNumAtoms();
  Reach reach{centre, 0, static_cast<int>(centre->getDegree()) - (from_hydrogen ? 1 : 0)};
  for (const RDKit::Atom* atom : pattern.atoms()) {
    if (from_hydrogen && atom == root) continue;
    reach.bonds = std::max(reach.bonds, static_cast<int>(distance[atom->getIdx()]));
  }
  return reach;
}

// Whether the environment of an atom determines if the pattern matches: it must be a tree; if it
// reaches two bonds, then only beyond one neighbour, so that no atom could occur twice in it.
bool is_decided_nearby(const RDKit::ROMol& pattern) {
  if (!reads_only_keys(pattern) || pattern.getNumBonds() + 1 != pattern.getNumAtoms()) return false;
  const RDKit::Atom& root = *pattern.getAtomWithIdx(0);
  if (may_be_hydrogen(root) && !(is_only_hydrogen(root) && root.getDegree() <= 1)) return false;
  const Reach reach = reach_of(pattern);
  return reach.bonds <= 1 || (reach.bonds == 2 && reach.branches == 1);
}

char32_t step_to(const RDKit::Bond& bond, std::uint32_t id) {
  return static_cast<char32_t>(id << 8 | bond_invariant(bond));
}

}  // namespace

AtomContributions::AtomContributions(std::span<const RDKit::ROMol* const> patterns) {
  for (const RDKit::ROMol* pattern : patterns) {
    is_local_ = is_local_ && is_decided_nearby(*pattern);
    if (!is_local_) return;
    const Reach reach = reach_of(*pattern);
    if (reach.bonds == 2) deep_centres_.push_back(reach.centre);
  }
}

bool AtomContributions::find_classes(const RDKit::ROMol& molecule) {
  classes_.clear();
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const std::optional<std::uint64_t> key = atom_invariant(*atom);
    const auto found = key ? class_of_key_.find(*key) : class_of_key_.end();
    if (found == class_of_key_.end()) return false;
    classes_.push_back(found->second);
  }
  return true;
}

// The atom's class, then each neighbour's with the bond to it, in sorted order; for a deep atom,
// each followed by its own other neighbours.
const std::u32string& AtomContributions::surroundings(const RDKit::Atom& atom) {
  const RDKit::ROMol& molecule = atom.getOwningMol();
  const AtomClass own = classes_[atom.getIdx()];
  text_.assign(1, static_cast<char32_t>(own.id));
  if (!own.is_deep) {
    for (const RDKit::Bond* bond : molecule.atomBonds(&atom)) {
      text_.push_back(step_to(*bond, classes_[bond->getOtherAtomIdx(atom.getIdx())].id));
    }
    std::sort(text_.begin() + 1, text_.end());
    return text_;
  }
  branches_.clear();
  for (const RDKit::Bond* bond : molecule.atomBonds(&atom)) {
    const RDKit::Atom* neighbour = bond->getOtherAtom(&atom);
    std::u32string branch(1, step_to(*bond, classes_[neighbour->getIdx()].id));
    for (const RDKit::Bond* next : molecule.atomBonds(neighbour)) {
      if (next == bond) continue;
      branch.push_back(step_to(*next, classes_[next->getOtherAtomIdx(neighbour->getIdx())].id));
    }
    std::sort(branch.begin() + 1, branch.end());
    branches_.push_back(std::move(branch));
  }
  std::sort(branches_.begin(), branches_.end());
  for (const std::u32string& branch : branches_) {
    text_.push_back(static_cast<char32_t>(branch.size()));
    text_ += branch;
  }
  return text_;
}

std::optional<double> AtomContributions::sum(const RDKit::ROMol& molecule) {
  if (!find_classes(molecule)) return std::nullopt;
  found_.clear();
  double sum = 0;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const auto found = known_.find(surroundings(*atom));
    if (found == known_.end()) return std::nullopt;
    found_.push_back(found->second);
    sum += found->second.own;
  }
  for (const RDKit::Atom* atom : molecule.atoms()) {
    for (unsigned k = atom->getTotalNumHs(); k > 0; --k) sum += found_[atom->getIdx()].of_hydrogen;
  }
  return sum;
}

void AtomContributions::learn(const RDKit::ROMol& molecule, const RDKit::ROMol& with_hydrogens,
                              std::span<const double> of_atom) {
  if (!is_local_ || has_hydrogen_atoms(molecule)) return;
  if (known_.size() > kMaxSurroundings) {
    known_.clear();
    class_of_key_.clear();
  }
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const std::optional<std::uint64_t> key = atom_invariant(*atom);
    if (!key) return;
    if (class_of_key_.contains(*key)) continue;
    const RDKit::Atom& same = *with_hydrogens.getAtomWithIdx(atom->getIdx());
    const bool is_deep =
        std::any_of(deep_centres_.begin(), deep_centres_.end(),
                    [&](const RDKit::Atom* centre) { return matches(*centre, same); });
    const auto id = static_cast<std::uint32_t>(class_of_key_.size() + 1);
    class_of_key_.emplace(*key, AtomClass{id, is_deep});
  }
  FRAGFLOW_CHECK(find_classes(molecule), "classes that were just made");
  for (const RDKit::Atom* atom : molecule.atoms()) {
    Contribution contribution{of_atom[atom->getIdx()], 0};
    const RDKit::Atom* same = with_hydrogens.getAtomWithIdx(atom->getIdx());
    for (const RDKit::Atom* neighbour : with_hydrogens.atomNeighbors(same)) {
      if (neighbour->getIdx() >= molecule.getNumAtoms()) {
        contribution.of_hydrogen = of_atom[neighbour->getIdx()];
      }
    }
    known_.emplace(surroundings(*atom), contribution);
  }
}

}  // namespace fragflow
