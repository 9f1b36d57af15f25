// Trajectories to given objects, drawn backwards with P_B.
#pragma once

#include <cstdint>
#include <span>

#include "envs/environment.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

class Policy;

// Draws one parent for each state (never s_0) by P_B: the policy's backward head if
// learned_backward, otherwise uniform over distinct parents without calling the policy. Terminals
// have one parent if stopping is an action. generators[i] belongs to child i.
std::vector<Predecessor> draw_parents(const Environment& environment, Policy& policy,
                                      std::span<const State> children, bool learned_backward,
                                      std::span<Rng> generators);

// One trajectory per terminal, from s_0 to it, by P_B. Trajectory i uses the random stream (seed,
// stream, i). Terminals must be reachable.
std::vector<Trajectory> sample_backward_trajectories(const Environment& environment, Policy& policy,
                                                     std::span<const State> terminals,
                                                     bool learned_backward, std::uint64_t seed,
                                                     std::uint64_t stream);

}  // namespace fragflow
