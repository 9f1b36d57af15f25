// Reward components that the processes of a run evaluate together: each its blocks of the molecules
// that nobody has scored yet. Every process remembers all values, as a process alone would.
#pragma once

#include "src/base/communicator.hpp"
#include "src/reward/component.hpp"

namespace fragflow {

// A component that asks `inner` for the molecules of one block at a time. work.group must outlive
// it. All ranks must ask for the same molecules.
std::unique_ptr<Component> share_component(std::unique_ptr<Component> inner,
                                           const SharedWork& work);

// Every component that is made from here on is shared. Not thread-safe.
void fraction_components(const SharedWork& work);

}  // namespace fragflow
