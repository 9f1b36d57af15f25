#include "src/chem/synthesis/synthon_plan.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

GroupMask group_mask(const ReactionList& list, const std::vector<std::string>& names,
                     const std::string& where) {
  GroupMask mask = 0;
  for (const std::string& name : names) {
    const int group = list.find_group(name);
    if (group < 0) user_error("{}: there is no group \"{}\" in \"reactions\"", where, name);
    mask |= GroupMask{1} << group;
  }
  return mask;
}

SideMask sides_of_reactions(const ReactionList& list, const std::vector<std::string>& names,
                            const std::string& where) {
  SideMask mask;
  for (const std::string& name : names) {
    const auto found = std::find_if(list.reactions.begin(), list.reactions.end(),
                                    [&](const Reaction& r) { return r.name == name; });
    if (found == list.reactions.end()) {
      user_error("{}: there is no reaction \"{}\" in \"reactions\"", where, name);
    }
    const int reaction = static_cast<int>(found - list.reactions.begin());
    mask.set(side_bit(reaction, 0));
    mask.set(side_bit(reaction, 1));
  }
  return mask;
}

SynthonPlan image_of(const SynthonPlan& plan, const std::vector<std::uint8_t>& permutation) {
  SynthonPlan image = plan;
  for (std::size_t s = 0; s < plan.sites.size(); ++s) image.sites[permutation[s]] = plan.sites[s];
  image.last = permutation[plan.last];
  return image;
}

// With one slot there is only one order, so that the sides of all origins are one set.
void add_plan(std::vector<SynthonPlan>& plans, const SynthonPlan& plan) {
  if (plan.sites.size() == 1) {
    for (SynthonPlan& other : plans) {
      if (other.kept != plan.kept) continue;
      other.sites[0] |= plan.sites[0];
      return;
    }
  }
  if (std::find(plans.begin(), plans.end(), plan) == plans.end()) plans.push_back(plan);
}

}  // namespace

OriginSides origin_sides(const ReactionList& list, const SynthonOrigin& origin,
                         const std::vector<int>& slot_of_site, const std::string& where) {
  const std::size_t num_slots = slot_of_site.size();
  const auto fits = [&](const auto& lists) { return lists.empty() || lists.size() == num_slots; };
  if (origin.roles.size() != num_slots || !fits(origin.groups) || !fits(origin.reactions)) {
    user_error(
        "{}: origin {}: \"roles\", \"groups\" and \"reactions\" must have one list for each slot",
        where, origin.smiles);
  }
  for (const int slot : origin.last) {
    if (slot < 0 || slot >= static_cast<int>(num_slots)) {
      user_error("{}: origin {}: \"last\" names slot {} of {}, counted from 0", where,
                 origin.smiles, slot, num_slots);
    }
  }
  OriginSides result;
  result.kept = group_mask(list, origin.kept, where);
  for (const int slot : slot_of_site) {
    SideMask sides;
    GroupMask open = origin.groups.empty() ? 0 : group_mask(list, origin.groups[slot], where);
    for (const std::string& name : origin.roles[slot]) {
      const int role = list.find_role(name);
      if (role < 0) user_error("{}: there is no role \"{}\" in \"reactions\"", where, name);
      sides |= list.sides_of(role);
      open |= GroupMask{1} << list.roles[role].group;
    }
    if (!origin.reactions.empty()) {
      sides &= sides_of_reactions(list, origin.reactions[slot], where);
    }
    result.sides.push_back(sides);
    result.open.push_back(open);
    result.may_be_last.push_back(origin.last.empty() ||
                                 std::find(origin.last.begin(), origin.last.end(), slot) !=
                                     origin.last.end());
  }
  return result;
}

SynthonPlan plan_in_order(const ReactionList& list, const OriginSides& origin,
                          const std::vector<int>& order) {
  SynthonPlan plan{std::vector<SideMask>(order.size()), order.back(), origin.kept};
  if (!origin.may_be_last[order.back()]) return plan;
  GroupMask present = origin.kept;
  for (std::size_t k = order.size(); k-- > 0;) {
    const int site = order[k];
    for (int r = 0; r < static_cast<int>(list.reactions.size()); ++r) {
      if ((list.forbidden(r) & present) != 0) continue;
      for (int side = 0; side < 2; ++side) {
        const int bit = side_bit(r, side);
        if (origin.sides[site].test(bit)) plan.sites[site].set(bit);
      }
    }
    present |= origin.open[site];
  }
  return plan;
}

std::vector<SynthonPlan> make_plans(const ReactionList& list,
                                    const std::vector<OriginSides>& origins,
                                    const std::vector<std::vector<std::uint8_t>>& automorphisms) {
  std::vector<SynthonPlan> plans;
  for (const OriginSides& origin : origins) {
    if (origin.sides.empty()) continue;
    std::vector<int> order(origin.sides.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      const SynthonPlan plan = plan_in_order(list, origin, order);
      if (std::any_of(plan.sites.begin(), plan.sites.end(),
                      [](const SideMask& mask) { return mask.none(); })) {
        continue;
      }
      for (const auto& permutation : automorphisms) add_plan(plans, image_of(plan, permutation));
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return plans;
}

}  // namespace fragflow
