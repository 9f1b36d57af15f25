// Draws trajectories: the unfinished ones of a group are advanced together, with one network
// evaluation per distinct state and condition; groups run in parallel.
#pragma once

#include <cstdint>
#include <span>

#include "envs/environment.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

class Policy;

// Changes the distribution that actions are drawn from; scoring ignores it.
struct Exploration {
  double epsilon = 0.0;      // probability of a uniformly random legal action
  double temperature = 1.0;  // logits are divided by it
  double stop = 0.0;         // probability of stopping at each state where that is legal
};

// `count` trajectories at the initial state, without conditions.
std::vector<Trajectory> begin_trajectories(const Environment& environment, std::int64_t count);

// `count` trajectories. Trajectory i uses the random stream (seed, stream, i): the result depends
// only on these, the weights and the environment, not on the number of threads.
std::vector<Trajectory> sample_trajectories(const Environment& environment, Policy& policy,
                                            std::int64_t count, std::uint64_t seed,
                                            std::uint64_t stream, const Exploration& exploration);

// Draws and takes one action for every trajectory that has not reached a terminal yet, under the
// trajectory's condition; generators[i] belongs to trajectory i. Trajectories may begin at any
// state. Returns false if all were complete.
bool advance_trajectories(const Environment& environment, Policy& policy,
                          std::span<Trajectory> trajectories, std::span<Rng> generators,
                          const Exploration& exploration);

// Continues each trajectory to a terminal; trajectory i uses the random stream (seed, stream, first
// + i).
std::vector<Trajectory> complete_trajectories(const Environment& environment, Policy& policy,
                                              std::vector<Trajectory> begun, std::uint64_t seed,
                                              std::uint64_t stream, const Exploration& exploration,
                                              std::int64_t first = 0);

// The same with uniformly random legal actions: a baseline, and a source of test data.
std::vector<Trajectory> sample_uniform_trajectories(const Environment& environment,
                                                    std::int64_t count, std::uint64_t seed,
                                                    std::uint64_t stream);

// The distinct states of a list in order of first appearance; row[i] is the index of states[i].
// States of different groups (BatchConditions) are distinct.
struct DistinctStates {
  std::vector<State> states;
  std::vector<std::int64_t> group;  // of each distinct state; empty if the list had no groups
  std::vector<std::int64_t> row;
};
// groups: one per state, or none.
DistinctStates distinct_states(const std::vector<const State*>& states,
                               const std::vector<std::int64_t>& groups = {});
// Distinct states that transitions start from, trajectory by trajectory.
DistinctStates distinct_start_states(std::span<const Trajectory> trajectories);

}  // namespace fragflow
