// Reward components evaluated jointly by the processes of a run: each evaluates its blocks of the
// unscored molecules, and all processes cache all values, like a single process.
#pragma once

#include "src/base/communicator.hpp"
#include "src/reward/component.hpp"

namespace fragflow {

// A component that evaluates `inner` one block of molecules at a time. work.group must outlive it.
// All ranks must pass the same molecules.
std::unique_ptr<Component> share_component(std::unique_ptr<Component> inner,
                                           const SharedWork& work);

// Shares every component that is made from now on. Not thread-safe.
void share_components(const SharedWork& work);

}  // namespace fragflow
