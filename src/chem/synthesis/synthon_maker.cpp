#include "src/chem/synthesis/synthon_maker.hpp"

#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/pieces.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

using Molecule = std::unique_ptr<RDKit::RWMol>;

// A block some of whose groups have reacted; slot k is the dummy atom of isotope k + 1.
struct Partial {
  Molecule molecule;
  std::set<int> roles;   // of the group that reacted last
  GroupMask groups = 0;  // that are left
};

// The slots in the order in which the key has them.
struct Keyed {
  std::string key;
  std::vector<int> slots;
};

Keyed key_of(const RDKit::RWMol& molecule) {
  RDKit::RWMol plain(molecule);
  std::map<int, int> slot_of_atom;
  for (RDKit::Atom* atom : plain.atoms()) {
    if (atom->getAtomicNum() != 0) continue;
    slot_of_atom[static_cast<int>(atom->getIdx())] = static_cast<int>(atom->getIsotope()) - 1;
    atom->setIsotope(0);
  }
  Keyed result{canonical_smiles(plain), {}};
  for (const unsigned atom :
       plain.getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder)) {
    const auto found = slot_of_atom.find(static_cast<int>(atom));
    if (found != slot_of_atom.end()) result.slots.push_back(found->second);
  }
  return result;
}

void mark_new_slot(RDKit::RWMol& molecule, int slot) {
  for (RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() == 0 && atom->getIsotope() == 0) atom->setIsotope(slot + 1);
  }
}

// Synthons that one more group gives, by key; roles that give the same are put together.
std::map<std::string, Partial> react(const ReactionEngine& engine, const RDKit::ROMol& molecule,
                                     GroupMask groups, int slot) {
  std::map<std::string, Partial> result;
  const auto& roles = engine.list().roles;
  for (int r = 0; r < static_cast<int>(roles.size()); ++r) {
    if ((groups >> roles[r].group & 1) == 0) continue;
    std::vector<Molecule> made = engine.synthons(r, molecule);
    if (made.size() != 1) continue;
    mark_new_slot(*made[0], slot);
    Partial& partial = result[canonical_smiles(*made[0])];
    partial.roles.insert(r);
    if (partial.molecule) continue;
    partial.groups = engine.groups(*made[0]);
    partial.molecule = std::move(made[0]);
  }
  return result;
}

class Maker {
 public:
  Maker(const ReactionEngine& engine, const RDKit::ROMol& block)
      : engine_(engine), list_(engine.list()), block_(block) {}

  MadeSynthons run() {
    MadeSynthons result;
    result.groups = groups_ = engine_.groups(block_);
    if (groups_ == 0) {
      result.reason = "no reactive group";
      return result;
    }
    for (const auto& [unused, first] : react(engine_, block_, groups_, 0)) {
      add({&first}, first);
      for (const auto& [also_unused, second] : react(engine_, *first.molecule, first.groups, 1)) {
        add({&first, &second}, second);
      }
    }
    for (auto& [key, found] : found_) {
      if (has_plan(found)) result.synthons.push_back({key, origin_of(found)});
    }
    if (result.synthons.empty()) result.reason = why_none();
    return result;
  }

 private:
  struct Found {
    std::vector<std::set<int>> roles;
    std::vector<GroupMask> open;
    GroupMask kept = 0;
  };

  bool may_keep(GroupMask kept) const {
    return (kept & ~list_.keepable()) == 0 && std::popcount(kept) <= kMaxKeptGroups &&
           !list_.has_reactive_pair(kept);
  }

  void add(const std::vector<const Partial*>& steps, const Partial& last) {
    if (!may_keep(last.groups)) {
      left_over_ |= last.groups;
      return;
    }
    const Keyed keyed = key_of(*last.molecule);
    FRAGFLOW_CHECK(keyed.slots.size() == steps.size(), "{} has {} slots, not {}", keyed.key,
                   keyed.slots.size(), steps.size());
    const auto [entry, is_new] = found_.try_emplace(keyed.key);
    Found& found = entry->second;
    if (is_new) {
      found.roles.resize(steps.size());
      // What is present while a slot is open, unless the other order says it exactly.
      found.open.assign(steps.size(), groups_ & ~last.groups);
      found.kept = last.groups;
    }
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const int slot = keyed.slots[k];
      found.roles[k].insert(steps[slot]->roles.begin(), steps[slot]->roles.end());
      // The slot filled last was open when the first one had reacted.
      if (slot == 1) found.open[k] &= steps[0]->groups & ~last.groups;
    }
  }

  bool has_plan(const Found& found) {
    OriginSides sides;
    for (std::size_t k = 0; k < found.roles.size(); ++k) {
      SideMask mask;
      GroupMask open = found.open[k];
      for (const int role : found.roles[k]) {
        mask |= list_.sides_of(role);
        open |= GroupMask{1} << list_.roles[role].group;
      }
      sides.sides.push_back(mask);
      sides.open.push_back(open);
    }
    sides.kept = found.kept;
    std::vector<std::uint8_t> identity(found.roles.size());
    std::iota(identity.begin(), identity.end(), std::uint8_t{0});
    if (!make_plans(list_, {sides}, {identity}).empty()) return true;
    competing_ |= sides.kept;
    for (const GroupMask open : sides.open) competing_ |= open;
    return false;
  }

  SynthonOrigin origin_of(const Found& found) const {
    SynthonOrigin origin;
    bool has_more = false;
    for (std::size_t k = 0; k < found.roles.size(); ++k) {
      auto& names = origin.roles.emplace_back();
      GroupMask known = 0;
      for (const int role : found.roles[k]) {
        names.push_back(list_.roles[role].name);
        known |= GroupMask{1} << list_.roles[role].group;
      }
      // With one slot nothing else is ever open.
      const GroupMask more = found.roles.size() > 1 ? found.open[k] & ~known : 0;
      origin.groups.push_back(list_.names_of(more));
      has_more |= more != 0;
    }
    if (!has_more) origin.groups.clear();
    origin.kept = list_.names_of(found.kept);
    return origin;
  }

  std::string why_none() const {
    const GroupMask left = left_over_ & ~list_.keepable();
    if (competing_ != 0 || left_over_ != 0) {
      return "competing groups: " +
             list_.group_names(competing_ != 0 ? competing_ : (left != 0 ? left : left_over_));
    }
    return "its groups could react at several places, with different products";
  }

  const ReactionEngine& engine_;
  const ReactionList& list_;
  const RDKit::ROMol& block_;
  GroupMask groups_ = 0, left_over_ = 0, competing_ = 0;
  std::map<std::string, Found> found_;
};

}  // namespace

MadeSynthons make_synthons(const ReactionEngine& engine, const RDKit::ROMol& block) {
  return Maker(engine, block).run();
}

FragmentSpec fragment_of_key(const std::string& key) {
  FragmentSpec fragment;
  const auto molecule = parse_smiles(key);
  if (!molecule) return fragment;
  std::vector<int> atoms, ends;
  for (const RDKit::Atom* atom : molecule->atoms()) {
    if (atom->getAtomicNum() != 0) {
      atoms.push_back(static_cast<int>(atom->getIdx()));
      continue;
    }
    if (atom->getDegree() != 1) return fragment;
    ends.push_back(static_cast<int>((*molecule->atomNeighbors(atom).begin())->getIdx()));
  }
  if (std::set<int>(ends.begin(), ends.end()).size() != ends.size()) return fragment;
  const Piece piece = capped_piece(*molecule, atoms);
  if (piece.smiles.empty()) return fragment;
  for (const int end : ends) {
    const auto found = std::find(piece.atoms.begin(), piece.atoms.end(), end);
    if (found == piece.atoms.end()) return FragmentSpec();
    fragment.slots.push_back({static_cast<int>(found - piece.atoms.begin()), {}, false});
  }
  fragment.smiles = piece.smiles;
  return fragment;
}

void set_slot_types(const ReactionList& list, FragmentSpec& fragment) {
  for (std::size_t s = 0; s < fragment.slots.size(); ++s) {
    std::set<std::string> types;
    for (const SynthonOrigin& origin : fragment.origins) {
      for (const std::string& role : origin.roles[s]) {
        types.insert(list.roles[list.find_role(role)].type);
      }
    }
    fragment.slots[s].types.assign(types.begin(), types.end());
  }
}

}  // namespace fragflow
