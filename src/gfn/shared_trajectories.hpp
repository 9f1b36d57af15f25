// Draws trajectories together on all processes of a run: each draws its blocks, all receive all.
#pragma once

#include <cstdint>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/communicator.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {

class Policy;

// complete_trajectories(), block by block. Every rank passes the same arguments and receives all
// trajectories. If the policy's rows are independent, the result is that of a single process.
std::vector<Trajectory> complete_together(const SharedWork& work, const Environment& environment,
                                          Policy& policy, std::vector<Trajectory> begun,
                                          std::uint64_t seed, std::uint64_t stream,
                                          const Exploration& exploration);

}  // namespace fragflow
