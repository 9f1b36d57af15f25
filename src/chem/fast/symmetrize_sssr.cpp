#include "src/chem/fast/symmetrize_sssr.hpp"

#include <GraphMol/ROMol.h>

#include <algorithm>
#include <array>
#include <vector>

#include "src/chem/fast/fast_chemistry.hpp"
#include "src/chem/plain_bonds.hpp"

namespace fragflow {
namespace {

constexpr unsigned kMaxAtoms = 1000;  // the search recurses

using Ring = std::vector<int>;  // atoms, each bonded to the next and the last to the first

// A depth-first tree of the molecule's atoms. Every bond outside it joins an atom to one of its
// ancestors and closes a cycle; cycles that share bonds are in one ring system.
class CycleSearch {
 public:
  explicit CycleSearch(const RDKit::ROMol& molecule)
      : molecule_(molecule),
        parent_(molecule.getNumAtoms(), kUnseen),
        depth_(molecule.getNumAtoms()),
        cycle_of_(molecule.getNumAtoms(), kNone) {
    for (unsigned i = 0; i < molecule.getNumAtoms(); ++i) {
      if (parent_[i] == kUnseen) visit(static_cast<int>(i), kNone);
    }
  }

  // The rings, or false if a ring system is not of the simple kinds.
  bool find(std::vector<Ring>& rings) {
    for (int k = 0; k < static_cast<int>(cycles_.size()); ++k) {
      if (!find_partner(k)) return false;
    }
    for (int k = 0; k < static_cast<int>(cycles_.size()); ++k) {
      const int other = partner_[k];
      if (other == kNone) {
        rings.push_back(cycles_[k]);
      } else if (other < k && !add_smallest(cycles_[other], cycles_[k], shared_[k], rings)) {
        return false;
      }
    }
    return true;
  }

 private:
  static constexpr int kUnseen = -2, kNone = -1;

  // Where two cycles meet: the shared path leads up the tree from `low` to `high`.
  struct Shared {
    int low = kNone, high = kNone, num_bonds = 0;
  };

  void visit(int atom, int parent) {
    parent_[atom] = parent;
    depth_[atom] = parent == kNone ? 0 : depth_[parent] + 1;
    for (const RDKit::Atom* neighbour : molecule_.atomNeighbors(molecule_.getAtomWithIdx(atom))) {
      const int other = static_cast<int>(neighbour->getIdx());
      if (parent_[other] == kUnseen) {
        visit(other, atom);
      } else if (other != parent && depth_[other] < depth_[atom]) {
        Ring cycle;
        for (int up = atom; up != other; up = parent_[up]) cycle.push_back(up);
        cycle.push_back(other);
        cycles_.push_back(std::move(cycle));
      }
    }
  }

  // The earlier cycle that cycle k shares bonds with. False if there are two, or if that one has
  // met another.
  bool find_partner(int k) {
    partner_.push_back(kNone);
    shared_.emplace_back();
    const Ring& cycle = cycles_[k];
    for (std::size_t i = 0; i + 1 < cycle.size(); ++i) {  // the bonds from an atom to its parent
      int& owner = cycle_of_[cycle[i]];
      if (owner == kNone) {
        owner = k;
        continue;
      }
      if (partner_[k] != kNone && partner_[k] != owner) return false;
      if (partner_[k] == kNone) {
        if (partner_[owner] != kNone) return false;
        partner_[k] = owner;
        partner_[owner] = k;
        shared_[k].low = cycle[i];
      }
      shared_[k].high = cycle[i + 1];
      ++shared_[k].num_bonds;
    }
    return true;
  }

  // The part of the cycle from `high` to `low` that is not shared, both ends included.
  static Ring outer_path(const Ring& cycle, const Shared& shared) {
    const auto size = static_cast<int>(cycle.size());
    const int begin =
        static_cast<int>(std::find(cycle.begin(), cycle.end(), shared.high) - cycle.begin());
    // A cycle goes up the tree and its shared path with it; what follows on `high` is not shared.
    Ring path;
    for (int i = 0; i <= size - shared.num_bonds; ++i) path.push_back(cycle[(begin + i) % size]);
    return path;
  }

  // Two of the three cycles of two that share a path. False if which two is not clear.
  static bool add_smallest(const Ring& first, const Ring& second, const Shared& shared,
                           std::vector<Ring>& rings) {
    Ring third = outer_path(first, shared);
    const Ring back = outer_path(second, shared);
    third.insert(third.end(), back.rbegin() + 1, back.rend() - 1);
    std::array<const Ring*, 3> by_size = {&first, &second, &third};
    std::sort(by_size.begin(), by_size.end(),
              [](const Ring* a, const Ring* b) { return a->size() < b->size(); });
    if (by_size[1]->size() == by_size[2]->size()) return false;
    rings.push_back(*by_size[0]);
    rings.push_back(*by_size[1]);
    return true;
  }

  const RDKit::ROMol& molecule_;
  std::vector<int> parent_, depth_;
  std::vector<int> cycle_of_;  // the first cycle with the bond from an atom to its parent
  std::vector<Ring> cycles_;
  std::vector<int> partner_;    // of each cycle
  std::vector<Shared> shared_;  // of each cycle with an earlier partner
};

void add_ring(const Ring& atoms, RDKit::ROMol& molecule) {
  std::vector<int> bonds;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const auto* bond = molecule.getBondBetweenAtoms(atoms[i], atoms[(i + 1) % atoms.size()]);
    bonds.push_back(static_cast<int>(bond->getIdx()));
  }
  molecule.getRingInfo()->addRing(atoms, bonds);
}

}  // namespace

bool fast_symmetrize_sssr(RDKit::ROMol& molecule) {
  std::vector<Ring> rings;
  // RDKit closes no ring with dative bonds and the like.
  if (!is_used(Accelerator::kSymmetrizeSssr)) return false;
  if (molecule.getNumAtoms() > kMaxAtoms || !has_only_plain_bonds(molecule)) return false;
  if (!CycleSearch(molecule).find(rings)) return false;
  molecule.getRingInfo()->reset();
  molecule.getRingInfo()->initialize();
  for (const Ring& ring : rings) add_ring(ring, molecule);
  return true;
}

}  // namespace fragflow
