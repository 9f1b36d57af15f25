#include "src/chem/synthesis/synthon_maker.hpp"

#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/synthesis/synthon_key.hpp"

namespace fragflow {
namespace {

using Molecule = std::unique_ptr<RDKit::RWMol>;

// A block after reaction of one or two groups, its slots closed.
struct Partial {
  Molecule molecule;
  std::set<int> roles;   // of the group that reacted last
  SideMask sides;        // sides of these roles with this result
  GroupMask groups = 0;  // remaining groups
};

// The properties of a synthon for some of the reactions of its slots.
struct Case {
  std::vector<std::set<int>> roles;  // per slot
  std::vector<SideMask> sides;
  // Present while the slot is the last open one; empty if that order was not found.
  std::vector<std::optional<GroupMask>> open;
  GroupMask kept = 0;
};

// Merges cases of the same reactions found in another order, or that differ only in the reactions
// of one slot and in no known order.
bool merge(Case& into, const Case& other) {
  int differing = 0;
  for (std::size_t k = 0; k < into.sides.size(); ++k) {
    differing += into.sides[k] == other.sides[k] ? 0 : 1;
  }
  if (into.kept != other.kept || differing > 1) return false;
  if (differing == 1 && into.open != other.open) return false;
  for (std::size_t k = 0; k < into.open.size(); ++k) {
    if (into.open[k] && other.open[k] && into.open[k] != other.open[k]) return false;
  }
  for (std::size_t k = 0; k < into.sides.size(); ++k) {
    into.roles[k].insert(other.roles[k].begin(), other.roles[k].end());
    into.sides[k] |= other.sides[k];
    if (!into.open[k]) into.open[k] = other.open[k];
  }
  return true;
}

class Maker {
 public:
  Maker(const ReactionEngine& engine, const std::vector<std::vector<SlotClosing>>& closings,
        const RDKit::ROMol& block)
      : engine_(engine), closings_(closings), list_(engine.list()), block_(block) {}

  MadeSynthons run() {
    MadeSynthons result;
    result.groups = groups_ = engine_.groups(block_);
    if (groups_ == 0) {
      result.reason = "no reactive group";
      return result;
    }
    for (const Partial& first : react(block_, groups_, 0)) {
      add({&first});
      for (const Partial& second : react(*first.molecule, first.groups, 1)) {
        add({&first, &second});
      }
    }
    for (auto& [key, cases] : found_) {
      MadeSynthon synthon{key, {}};
      for (const Case& one : merged(std::move(cases))) {
        SynthonOrigin origin = origin_of(one);
        if (has_plan(origin)) synthon.origins.push_back(std::move(origin));
      }
      if (!synthon.origins.empty()) result.synthons.push_back(std::move(synthon));
    }
    if (result.synthons.empty()) result.reason = why_none();
    return result;
  }

 private:
  // The results of one more group; reactions that leave the same groups are merged.
  std::vector<Partial> react(const RDKit::ROMol& molecule, GroupMask groups, int slot) const {
    std::map<std::pair<std::string, GroupMask>, Partial> found;
    for (int r = 0; r < static_cast<int>(list_.roles.size()); ++r) {
      if ((groups >> list_.roles[r].group & 1) == 0) continue;
      std::vector<Molecule> made = engine_.synthons(r, molecule);
      if (made.size() != 1 || new_slot_is_at_partner(*made[0])) continue;
      number_new_slot(*made[0], slot);
      const std::string smiles = labelled_smiles(*made[0]);
      for (const SlotClosing& closing : closings_[r]) {
        Molecule closed = close_slot(*made[0], slot, closing.partner.get());
        const GroupMask left = engine_.groups(*closed);
        Partial& partial = found[{smiles, left}];
        partial.roles.insert(r);
        partial.sides |= closing.sides;
        partial.groups = left;
        if (!partial.molecule) partial.molecule = std::move(closed);
      }
    }
    std::vector<Partial> result;
    for (auto& [key, partial] : found) result.push_back(std::move(partial));
    return result;
  }

  bool may_keep(GroupMask kept) const {
    return (kept & ~list_.keepable()) == 0 && std::popcount(kept) <= kMaxKeptGroups &&
           !list_.has_reactive_pair(kept);
  }

  void add(const std::vector<const Partial*>& steps) {
    const Partial& last = *steps.back();
    if (!may_keep(last.groups)) {
      left_over_ |= last.groups;
      return;
    }
    const Molecule opened = open_slots(*last.molecule);
    SynthonKey keyed = synthon_key(*opened);
    // The second role can remove the part with the first slot (esters of boronic acids).
    if (keyed.slots.size() != steps.size() || has_two_slots_on_one_atom(*opened)) return;
    // In bromoethanol as a diyl the roles distinguish the slots: the same slot has the same roles
    // in either order of reaction.
    if (steps.size() == 2 && slots_are_alike(*opened) &&
        steps[keyed.slots[1]]->roles < steps[keyed.slots[0]]->roles) {
      std::swap(keyed.slots[0], keyed.slots[1]);
    }
    Case one{{}, {}, std::vector<std::optional<GroupMask>>(steps.size()), last.groups};
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const int slot = keyed.slots[k];
      one.roles.push_back(steps[slot]->roles);
      one.sides.push_back(steps[slot]->sides);
      // The slot filled last was open when the first one had reacted.
      if (slot == 1) one.open[k] = steps[0]->groups & ~last.groups;
    }
    found_[keyed.key].push_back(std::move(one));
  }

  static std::vector<Case> merged(std::vector<Case> cases) {
    std::vector<Case> result;
    for (bool has_changed = true; has_changed; cases = result) {
      result.clear();
      has_changed = false;
      for (const Case& one : cases) {
        const bool is_known = std::any_of(result.begin(), result.end(),
                                          [&](Case& other) { return merge(other, one); });
        has_changed |= is_known;
        if (!is_known) result.push_back(one);
      }
    }
    return result;
  }

  bool has_plan(const SynthonOrigin& origin) {
    std::vector<int> slots(origin.roles.size());
    std::iota(slots.begin(), slots.end(), 0);
    const OriginSides sides = origin_sides(list_, origin, slots, "a synthon");
    const std::vector<std::uint8_t> identity(slots.begin(), slots.end());
    if (!make_plans(list_, {sides}, {identity}).empty()) return true;
    competing_ |= sides.kept;
    for (const GroupMask open : sides.open) competing_ |= open;
    return false;
  }

  SynthonOrigin origin_of(const Case& one) const {
    SynthonOrigin origin;
    bool has_more = false, has_fewer = false;
    for (std::size_t k = 0; k < one.roles.size(); ++k) {
      auto& names = origin.roles.emplace_back();
      GroupMask known = 0;
      SideMask all;
      for (const int role : one.roles[k]) {
        names.push_back(list_.roles[role].name);
        known |= GroupMask{1} << list_.roles[role].group;
        all |= list_.sides_of(role);
      }
      const GroupMask more = one.open[k].value_or(0) & ~known;
      if (one.open[k]) origin.last.push_back(static_cast<int>(k));
      origin.groups.push_back(list_.names_of(more));
      has_more |= more != 0;
      auto& reactions = origin.reactions.emplace_back();
      for (int r = 0; r < static_cast<int>(list_.reactions.size()); ++r) {
        if (one.sides[k].test(side_bit(r, 0)) || one.sides[k].test(side_bit(r, 1))) {
          reactions.push_back(list_.reactions[r].name);
        }
      }
      has_fewer |= one.sides[k] != all;
    }
    if (!has_more) origin.groups.clear();
    if (!has_fewer) origin.reactions.clear();
    if (origin.last.size() == one.roles.size()) origin.last.clear();
    origin.kept = list_.names_of(one.kept);
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
  const std::vector<std::vector<SlotClosing>>& closings_;
  const ReactionList& list_;
  const RDKit::ROMol& block_;
  GroupMask groups_ = 0, left_over_ = 0, competing_ = 0;
  std::map<std::string, std::vector<Case>> found_;
};

}  // namespace

MadeSynthons SynthonMaker::make(const RDKit::ROMol& block) const {
  return Maker(engine_, closings_, block).run();
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
