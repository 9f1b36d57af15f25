// What a slot of a synthon looks like when it has reacted.
//
// Which groups a molecule holds depends on what the slots are joined to: the carbinol of a
// 2-hydroxyacid is an alcohol once its neighbour is the carbon of a ring, and not beside a dummy
// atom. So a slot is *closed* with a small partner of each kind that may react there: the synthon
// of a worked example of the reactions file. Atoms of the partner are marked by isotopes, so that
// the slot can be opened again.
#pragma once

#include <memory>
#include <vector>

#include "src/chem/synthesis/reaction_engine.hpp"

namespace fragflow {

struct SlotClosing {
  SideMask sides;                               // of the role, that have this partner
  std::shared_ptr<const RDKit::RWMol> partner;  // null: no worked example, the slot stays open
};

// For each role of the list the partners that its slot may have. Of the worked examples of a
// partner's role the one that holds the fewest groups stands for all.
std::vector<std::vector<SlotClosing>> slot_closings(const ReactionEngine& engine);

// The synthon, its slot joined to the partner. The slot is the dummy atom of isotope slot + 1.
std::unique_ptr<RDKit::RWMol> close_slot(const RDKit::RWMol& synthon, int slot,
                                         const RDKit::RWMol* partner);

// The same with dummy atoms again.
std::unique_ptr<RDKit::RWMol> open_slots(const RDKit::RWMol& closed);

}  // namespace fragflow
