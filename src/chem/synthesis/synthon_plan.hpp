// The orders in which the slots of a synthon can be used. No RDKit types, for environments.
//
// Routes run from the leaves of the tree inward: a synthon's slots are filled one after another,
// each with a completed part; the last one joins what was made so far to the rest. So the slots
// that are open at a step are the later slots of the two synthons being joined, and whether a step
// is clean can be decided for each synthon separately. Groups that stay in the product are always
// present and count for every reaction of the route.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/chem/synthesis/reaction_list.hpp"

namespace fragflow {

struct Site;

// At most this many kinds of reactive groups stay in a product.
inline constexpr int kMaxKeptGroups = 2;
inline constexpr int kMaxSynthonSlots = 2;

// A purchasable compound that becomes the synthon.
struct SynthonOrigin {
  std::string smiles, name;
  std::optional<double> price;
  std::vector<std::vector<std::string>> roles;   // per slot
  std::vector<std::vector<std::string>> groups;  // per slot: present while it is open
  std::vector<std::string> kept;                 // present in the product
  // Per slot: the reactions after which exactly `kept` is present; empty: all of its roles.
  std::vector<std::vector<std::string>> reactions;
  std::vector<int> last;  // slots that may be the last to react; empty: any
};

// The same as numbers, slots in the order of the sites.
struct OriginSides {
  std::vector<SideMask> sides;
  std::vector<GroupMask> open;
  std::vector<bool> may_be_last;
  GroupMask kept = 0;
};

// One order of using the slots.
struct SynthonPlan {
  std::vector<SideMask> sites;  // what may happen at each site in this order
  int last = 0;                 // the site that is used last
  GroupMask kept = 0;
  friend bool operator==(const SynthonPlan&, const SynthonPlan&) = default;
};

// slot_of_site: for each site its index in the origin's lists. Throws UserError starting with
// `where` for names missing from the list, and for lists of the wrong length.
OriginSides origin_sides(const ReactionList& list, const SynthonOrigin& origin,
                         const std::vector<int>& slot_of_site, const std::string& where);

// Every order in which each slot can still react, for every
// origin, closed under the automorphisms, without repetitions.
// Empty: the groups of the block compete in every order.
std::vector<SynthonPlan> make_plans(const ReactionList& list,
                                    const std::vector<OriginSides>& origins,
                                    const std::vector<std::vector<std::uint8_t>>& automorphisms);

// What may happen at each site if the slots are used in this order; empty if the last of them may
// not be the last.
SynthonPlan plan_in_order(const ReactionList& list, const OriginSides& origin,
                          const std::vector<int>& order);

}  // namespace fragflow
