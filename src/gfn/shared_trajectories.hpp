// Trajectories that the processes of a run draw together: each its blocks, all of them everywhere.
#pragma once

#include <cstdint>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/communicator.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {

class Policy;

// complete_trajectories(), block by block. Every rank gives the same arguments and gets all
// trajectories. For policies whose rows are independent they are those of a process alone.
std::vector<Trajectory> complete_together(const SharedWork& work, const Environment& environment,
                                          Policy& policy, std::vector<Trajectory> begun,
                                          std::uint64_t seed, std::uint64_t stream,
                                          const Exploration& exploration);

}  // namespace fragflow
