// From a building block to the synthons that it can be.
#pragma once

#include <string>
#include <vector>

#include "src/chem/synthesis/reaction_engine.hpp"
#include "src/chem/synthesis/slot_closing.hpp"
#include "src/chem/synthesis/synthon_plan.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

struct MadeSynthon {
  // Canonical SMILES with a dummy atom at each slot: equal for equal synthons.
  std::string key;
  // Roles, groups, kept and reactions of this block, slots in the order of the key: several where
  // what stays in the product depends on the reaction.
  std::vector<SynthonOrigin> origins;
};

struct MadeSynthons {
  std::vector<MadeSynthon> synthons;  // sorted by key
  GroupMask groups = 0;               // that the block holds
  std::string reason;                 // why there is no synthon
};

// Rules:
// - A role is used where it gives one synthon; several places that differ are no choice of ours.
// - One or two groups of a block react. What is left of them must be groups that may be kept, no
//   two that react with each other, at most kMaxKeptGroups. Groups are looked for with the slots
//   closed, by what each reaction joins there (slot_closing.hpp).
// - Some order of the slots must be clean (make_plans).
class SynthonMaker {
 public:
  // engine must outlive it.
  explicit SynthonMaker(const ReactionEngine& engine)
      : engine_(engine), closings_(slot_closings(engine)) {}

  // May be called from several threads.
  MadeSynthons make(const RDKit::ROMol& block) const;

 private:
  const ReactionEngine& engine_;
  std::vector<std::vector<SlotClosing>> closings_;  // by role
};

// The types of its slots: those of all roles that its origins have there.
void set_slot_types(const ReactionList& list, FragmentSpec& fragment);

}  // namespace fragflow
