// Finds the synthons that a building block can become.
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
  // Roles, groups, kept and reactions of this block, slots in the order of the key: several if what
  // stays in the product depends on the reaction.
  std::vector<SynthonOrigin> origins;
};

struct MadeSynthons {
  std::vector<MadeSynthon> synthons;  // sorted by key
  GroupMask groups = 0;               // groups in the block
  std::string reason;                 // why there is no synthon
};

// Rules:
// - A role is used only if it gives exactly one synthon; different places would be ambiguous.
// - One or two groups of a block react. The remaining groups must be ones that may be kept, no two
//   of which react with each other, at most kMaxKeptGroups. Groups are searched for with the slots
//   closed by what each reaction joins there (slot_closing.hpp).
// - Some order of the slots must be clean (make_plans).
class SynthonMaker {
 public:
  // engine must outlive it.
  explicit SynthonMaker(const ReactionEngine& engine)
      : engine_(engine), closings_(slot_closings(engine)) {}

  // Thread-safe.
  MadeSynthons make(const RDKit::ROMol& block) const;

 private:
  const ReactionEngine& engine_;
  std::vector<std::vector<SlotClosing>> closings_;  // by role
};

// Sets the types of its slots: those of all roles of its origins at the slot.
void set_slot_types(const ReactionList& list, FragmentSpec& fragment);

}  // namespace fragflow
