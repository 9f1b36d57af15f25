// From a building block to the synthons that it can be.
#pragma once

#include <string>
#include <vector>

#include "src/chem/synthesis/reaction_engine.hpp"
#include "src/chem/synthesis/synthon_plan.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

// At most this many kinds of reactive groups stay in a product.
inline constexpr int kMaxKeptGroups = 2;
inline constexpr int kMaxSynthonSlots = 2;

struct MadeSynthon {
  // Canonical SMILES with a dummy atom at each slot: equal for equal synthons.
  std::string key;
  SynthonOrigin origin;  // roles, groups and kept of this block, slots in the order of the key
};

struct MadeSynthons {
  std::vector<MadeSynthon> synthons;  // sorted by key
  GroupMask groups = 0;               // that the block holds
  std::string reason;                 // why there is no synthon
};

// Rules:
// - A role is used where it gives one synthon; several places that differ are no choice of ours.
// - One or two groups of a block react. What is left of them must be groups that may be kept, no
//   two that react with each other, at most kMaxKeptGroups.
// - Some order of the slots must be clean (make_plans).
MadeSynthons make_synthons(const ReactionEngine& engine, const RDKit::ROMol& block);

// The synthon as a fragment: capped with hydrogen, slots in the order of the key's dummy atoms,
// without types. Empty SMILES if RDKit refuses it, or two slots are on one atom.
FragmentSpec fragment_of_key(const std::string& key);

// The types of its slots: those of all roles that its origins have there.
void set_slot_types(const ReactionList& list, FragmentSpec& fragment);

}  // namespace fragflow
