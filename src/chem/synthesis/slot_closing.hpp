// The environment of a synthon's slot after it has reacted.
//
// The groups in a molecule depend on what its slots are joined to: the carbinol of a 2-hydroxyacid
// is an alcohol once its neighbour is a ring carbon, but not next to a dummy atom. So a slot is
// *closed* with a small partner of each kind that may react there: the synthon of a worked example
// of the reactions file. Atoms of the partner are marked by isotopes, so that the slot can be
// opened again.
#pragma once

#include <memory>
#include <vector>

#include "src/chem/synthesis/reaction_engine.hpp"

namespace fragflow {

struct SlotClosing {
  SideMask sides;                               // sides of the role with this partner
  std::shared_ptr<const RDKit::RWMol> partner;  // null: no worked example, the slot stays open
};

// For each role of the list, the possible partners of its slot. Of the worked examples of a
// partner's role, the one with the fewest groups represents all.
std::vector<std::vector<SlotClosing>> slot_closings(const ReactionEngine& engine);

// The synthon, its slot joined to the partner. The slot is the dummy atom of isotope slot + 1.
std::unique_ptr<RDKit::RWMol> close_slot(const RDKit::RWMol& synthon, int slot,
                                         const RDKit::RWMol* partner);

// The same with dummy atoms again.
std::unique_ptr<RDKit::RWMol> open_slots(const RDKit::RWMol& closed);

}  // namespace fragflow
