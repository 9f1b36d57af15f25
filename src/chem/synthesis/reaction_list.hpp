// The reactions file as plain data (docs/blocks.md): functional groups, their form after reaction,
// and the reactions that join two of them. No RDKit types.
//
// A block with a reactive group is a *synthon*: the part that stays in the product, with a slot
// where the other part is joined by one single bond. A *role* defines how a group becomes a
// synthon; if a reaction forms a ring, the role of one side contains the whole ring.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fragflow {

inline constexpr int kMaxReactions = 64;
inline constexpr int kMaxGroups = 64;

// One bit per group.
using GroupMask = std::uint64_t;
// One bit per side of a reaction: 2 * reaction + side.
using SideMask = std::bitset<2 * kMaxReactions>;
inline int side_bit(int reaction, int side) { return 2 * reaction + side; }
// The opposite side of the same reaction.
inline int partner_bit(int bit) { return bit ^ 1; }

struct FunctionalGroup {
  std::string name;
  std::string smarts;
  bool keep = false;  // may stay in a product if every reaction of the route tolerates it
};

struct SynthonRole {
  std::string name;
  int group = 0;
  std::string synthon;  // reaction SMARTS from the group to what remains, [#0] at the slot
  std::string type;     // slot type of the vocabulary
};

struct Reaction {
  std::string name;
  std::string kind;  // "class" in the file
  std::array<int, 2> roles{};
  std::string smarts;  // two reactants, one product
  std::string conditions;
  std::optional<double> yield;  // typical, in (0, 1]
  std::vector<int> forbids;     // groups that must not be present, besides the reacting ones
  std::vector<std::array<std::string, 3>> examples;  // two reactants, product
};

struct ReactionList {
  std::vector<FunctionalGroup> groups;
  std::vector<SynthonRole> roles;
  std::vector<Reaction> reactions;

  int find_role(const std::string& name) const;   // -1: none
  int find_group(const std::string& name) const;  // -1: none
  // The sides of reactions that a role can take.
  SideMask sides_of(int role) const;
  // Groups that must be absent when the reaction runs, including those that react: a second one
  // would react, too.
  GroupMask forbidden(int reaction) const;
  // Whether the mask contains two groups that react with each other.
  bool has_reactive_pair(GroupMask groups) const;
  GroupMask keepable() const;
  std::vector<std::string> names_of(GroupMask groups) const;
  std::string group_names(GroupMask groups) const;  // joined
};

// Throws UserError naming source and entry: not JSON, missing or unknown keys, undefined or
// duplicate names, too many entries. Chemistry is checked by ReactionEngine.
ReactionList parse_reactions(const std::string& json_text, const std::string& source);

// parse_reactions() reads it back unchanged. indent: spaces before every line except the first.
std::string reactions_json(const ReactionList& list, int indent = 0);

}  // namespace fragflow
